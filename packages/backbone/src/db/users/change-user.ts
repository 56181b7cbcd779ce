import type { Work } from '../commit.ts'
import { NotUniqueError } from '../errors.ts'
import type { Update } from '../write.ts'
import { emailLine } from './add-user.ts'
import { decide, type UserCommand } from './decide.ts'
import { findUsers, takenEmails } from './find-users.ts'
import { recordOf } from './record.ts'
import { emailKey, type UserRow } from './user.ts'

export interface UserChange {
  id: string
  command: UserCommand
  /** Only while it is at one of these versions. */
  ifVersion?: readonly number[] | undefined
  /** The principal that asks for it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

export type UserOutcome =
  | { kind: 'changed'; before: UserRow; user: UserRow }
  /** `stale`: at none of the versions of `ifVersion`; `outdated`: what the command rests on is not so any more. */
  | { kind: 'unchanged' | 'outdated' | 'stale'; user: UserRow }
  | { kind: 'missing' }

/**
 * Changes a user: reads it, decides, and writes the new row, a log row and an event, if it is still as it was read.
 * Refuses with NotUniqueError (`users_email_key`) when the new address is somebody else's.
 */
export const changeUser: Work<UserChange, UserOutcome> = {
  keys: ({ id, command }) => [`user/${id}`, ...wanted(command).map(emailLine)],

  async decide(db, changes) {
    const [rows, taken] = await Promise.all([
      findUsers(
        db,
        changes.map(({ id }) => id),
      ),
      takenEmails(
        db,
        changes.flatMap(({ command }) => wanted(command)),
      ),
    ])
    const byId = new Map(rows.map((row) => [row.id, row]))
    return changes.map(({ id, command, ifVersion, actor, now, traceparent }) => {
      const before = byId.get(id)
      if (before === undefined) return { output: { kind: 'missing' } }
      if (ifVersion !== undefined && !ifVersion.includes(before.version)) return { output: { kind: 'stale', user: before } }
      const decision = decide(before, command, now)
      if (decision.kind !== 'changed') return { output: { kind: decision.kind, user: before } }
      const { row: user, action } = decision
      if (user.email_key !== before.email_key && taken.has(user.email_key))
        return { error: new NotUniqueError('users_email_key', undefined) }
      const inserts = recordOf({ before, after: user, action, actor, now, traceparent })
      return { output: { kind: 'changed', before, user }, write: { inserts, update: updateOf(before, user) } }
    })
  },
}

const wanted = (command: UserCommand) => (command.do === 'edit' && command.edit.email !== undefined ? [emailKey(command.edit.email)] : [])

/** All that may ever change: a user is not changed often enough for several statements. */
function updateOf(before: UserRow, { id, created_at: _, founder: __, ...set }: UserRow): Update {
  return { table: 'users', id, version: before.version, set }
}

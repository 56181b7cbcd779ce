import { logInsert } from '../log-insert.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import type { Insert } from '../write.ts'
import { type UserAction, userEvent } from './events.ts'
import { toUserFacts, type UserRow } from './user.ts'

export interface UserWrite {
  before: UserRow | null
  after: UserRow
  action: UserAction
  /** The principal that did it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

/** The log row and the event of a change, one of each: written together with the change itself. */
export function recordOf({ before, after, action, actor, now, traceparent }: UserWrite): Insert[] {
  const changes = before === null ? null : changesOf(before, after)
  const log = logInsert('user', after.id, {
    version: after.version,
    action,
    from: before?.status ?? null,
    to: after.status,
    actor,
    reason: null,
    changes,
    at: now,
  })
  const old = before === null ? {} : { before: { role: before.role, status: before.status } }
  const data = { ...old, after: toUserFacts(after), changed: Object.keys(changes ?? {}), actor }
  return [log, outboxInsert(userEvent(action, data, now, traceparent))]
}

const OPEN = ['role', 'status'] as const
const PERSONAL = { name: 'name', email: 'email', password: 'password_hash' } as const

/** `{role: {from, to}}`, but of a personal field its name only: a log is kept for ever, and a person may ask to be forgotten. */
function changesOf(before: UserRow, after: UserRow): Record<string, { from?: string; to?: string }> {
  const open = OPEN.flatMap((field) =>
    before[field] === after[field] ? [] : [[field, { from: before[field], to: after[field] }] as const],
  )
  const personal = Object.entries(PERSONAL).flatMap(([field, column]) => (before[column] === after[column] ? [] : [[field, {}] as const]))
  return Object.fromEntries([...open, ...personal])
}

import type { Role } from '../../roles.ts'
import type { Work } from '../commit.ts'
import { NotUniqueError } from '../errors.ts'
import { newId } from '../new-id.ts'
import type { Db } from '../schema.ts'
import { takenEmails } from './find-users.ts'
import { recordOf } from './record.ts'
import { emailKey, type UserRow } from './user.ts'

export interface NewUser {
  email: string
  name: string
  role: Role
  /** null: they set one through the link in their invitation. */
  passwordHash: string | null
  /** Becomes admin when it is the very first user of the system. */
  mayFound: boolean
  /** The principal that adds it; undefined for whoever registers. */
  actor?: string
  /** Domain time. */
  now: Date
  machineNow: Date
  traceparent?: string | undefined
}

export const emailLine = (key: string) => `users_email/${key}`

/** Adds a user, Unverified. Refuses with NotUniqueError (`users_email_key`) when the address is taken, however it is written. */
export const addUser: Work<NewUser, UserRow> = {
  keys: ({ email }) => [emailLine(emailKey(email))],

  async decide(db, users) {
    const taken = await takenEmails(
      db,
      users.map(({ email }) => emailKey(email)),
    )
    let isEmpty = users.some(({ mayFound }) => mayFound) && (await hasNoUsers(db))
    return users.map((user) => {
      if (taken.has(emailKey(user.email))) return { error: new NotUniqueError('users_email_key', undefined) }
      // Whoever registers at the same moment elsewhere violates the key of `founder`, is decided again, and founds nothing.
      const founds = isEmpty && user.mayFound
      isEmpty = false
      const output = newRow(user, founds)
      const action = user.actor === undefined ? 'registered' : 'created'
      const actor = user.actor ?? `user:${output.id}`
      const record = recordOf({ before: null, after: output, action, actor, now: user.now, traceparent: user.traceparent })
      return { output, write: { inserts: [{ table: 'users', row: output }, ...record] } }
    })
  },
}

async function hasNoUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('users').select('id').fetch(1).execute()).length === 0
}

function newRow({ email, name, role, passwordHash, now, machineNow }: NewUser, founds: boolean): UserRow {
  return {
    id: newId(now),
    email,
    email_key: emailKey(email),
    name,
    role: founds ? 'admin' : role,
    status: 'Unverified',
    password_hash: passwordHash,
    password_at: passwordHash === null ? null : machineNow,
    founder: founds ? 1 : null,
    version: 1,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
}

import { fragments } from '@lifeline/backbone/db/dialect/fragments'
import { newId } from '@lifeline/backbone/db/new-id'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Role } from '@lifeline/backbone/roles'

export interface GivenUser {
  email?: string
  role?: Role
  status?: 'Unverified' | 'Active' | 'Deleted'
  now?: Date
}

/** A row of `users`, verified unless said otherwise. */
export async function givenUser(db: Db, { email, role = 'member', status = 'Active', now = new Date() }: GivenUser = {}) {
  const id = newId(now)
  const address = email ?? `${id}@example.org`
  const gone = status === 'Deleted'
  const row = {
    id,
    email: gone ? null : address,
    email_key: gone ? null : address.toLowerCase(),
    name: gone ? null : 'Ann',
    role,
    status,
    password_hash: null,
    password_at: null,
    founder: null,
    version: 1,
    created_at: now,
    updated_at: now,
    deleted_at: gone ? now : null,
  }
  await fragments(db).write(db, [{ inserts: [{ table: 'users', row }] }])
  return { id, email: address, role, principal: `user:${id}` }
}

/** What an administrator would do to a user. */
export async function changeUserRow(
  db: Db,
  id: string,
  set: { role: Role } | { status: string; email: null; email_key: null },
): Promise<void> {
  await fragments(db).write(db, [{ update: { table: 'users', id, version: 1, set: { ...set, version: 2 } }, inserts: [] }])
}

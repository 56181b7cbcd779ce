import { fragments } from '../dialect/fragments.ts'
import { NotFoundError } from '../errors.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { toUserRow, type UserRow } from './user.ts'

/** Users by id, deleted ones left out, in no particular order. */
export async function findUsers(db: Db, ids: readonly string[]): Promise<UserRow[]> {
  if (ids.length === 0) return []
  const isAsked = fragments(db).anyOf('users', 'id', ids)
  return await reading(async () => {
    const rows = await db.selectFrom('users').selectAll().where(isAsked).where('status', '<>', 'Deleted').execute()
    return rows.map(toUserRow)
  })
}

/** One user by id. Throws NotFoundError when there is none, or it is deleted. */
export async function getUser(db: Db, id: string): Promise<UserRow> {
  const [user] = await findUsers(db, [id])
  if (user === undefined) throw new NotFoundError(`user ${id}`)
  return user
}

/** The user with this address, as `emailKey` writes it. */
export async function findUserByEmail(db: Db, key: string): Promise<UserRow | undefined> {
  const row = await reading(() => db.selectFrom('users').selectAll().where('email_key', '=', key).executeTakeFirst())
  return row === undefined ? undefined : toUserRow(row)
}

/** Which of these addresses somebody has. Asked before they are written: a violated key would fail everybody in the batch. */
export async function takenEmails(db: Db, keys: readonly string[]): Promise<Set<string | null>> {
  if (keys.length === 0) return new Set()
  const isWanted = fragments(db).anyOf('users', 'email_key', keys)
  const rows = await db.selectFrom('users').select('email_key').where(isWanted).execute()
  return new Set(rows.map((row) => row.email_key))
}

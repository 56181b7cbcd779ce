import type { Role } from '../../roles.ts'
import { fragments } from '../dialect/fragments.ts'
import type { Db } from '../schema.ts'
import { inTransaction, reading } from '../transaction.ts'
import type { KeyRow } from './key.ts'

/** The user whose key it is, as far as the key depends on it. */
export interface KeyOwner {
  id: string
  role: Role
  status: string
  /** In lower case; null when deleted. */
  email: string | null
}

/** Keys by id, in no particular order. */
export async function findKeyRows(db: Db, ids: readonly string[]): Promise<KeyRow[]> {
  const isOurs = fragments(db).anyOf('keys', 'id', ids)
  // The CHECK constraint holds status to the table of moves.
  return (await reading(() => db.selectFrom('keys').selectAll().where(isOurs).execute())) as KeyRow[]
}

/** A key with its owner, who is undefined for a key of the system; undefined when there is no such key. */
export async function findKey(db: Db, id: string): Promise<{ key: KeyRow; owner: KeyOwner | undefined } | undefined> {
  const [key] = await findKeyRows(db, [id])
  if (key === undefined) return undefined
  return { key, owner: key.owner_id === null ? undefined : await findOwner(db, 'id', key.owner_id) }
}

/** A user as an owner of keys, by id or by address (in lower case; that of a living user). */
export async function findOwner(db: Db, by: 'id' | 'email_key', value: string): Promise<KeyOwner | undefined> {
  const query = db.selectFrom('users').select(['id', 'role', 'status', 'email_key as email']).where(by, '=', value)
  return (await reading(() => query.executeTakeFirst())) as KeyOwner | undefined
}

export interface KeyPage {
  limit: number
  /** Only keys older than this one: the last of the page before. */
  afterId?: string
}

/** Keys, newest first: all of them, or those of a user. */
export async function listKeys(db: Db, { ownerId }: { ownerId?: string | undefined }, { limit, afterId }: KeyPage): Promise<KeyRow[]> {
  let query = db.selectFrom('keys').selectAll()
  if (ownerId !== undefined) query = query.where('owner_id', '=', ownerId)
  if (afterId !== undefined) query = query.where('id', '<', afterId)
  return (await reading(() => query.orderBy('id', 'desc').fetch(limit).execute())) as KeyRow[]
}

/** Writes when keys were last used, machine time, in one statement. It is no change: no version, no log row. */
export async function recordKeyUse(db: Db, uses: ReadonlyMap<string, Date>): Promise<void> {
  if (uses.size === 0) return
  // In one order, so that two processes cannot wait for each other.
  const rows = [...uses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, at]) => ({ id, last_used_at: at }))
  await inTransaction(db, (trx) => fragments(db).updateRows(trx, 'keys', rows))
}

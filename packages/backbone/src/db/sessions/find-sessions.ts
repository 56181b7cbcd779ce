import { fragments } from '../dialect/fragments.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { type SessionRow, toSessionRow } from './session.ts'

/** Sessions by id, whatever their status, in no particular order. */
export async function findSessions(db: Db, ids: readonly string[]): Promise<SessionRow[]> {
  if (ids.length === 0) return []
  const isAsked = fragments(db).anyOf('sessions', 'id', ids)
  return (await reading(() => db.selectFrom('sessions').selectAll().where(isAsked).execute())).map(toSessionRow)
}

/** Refresh tokens by their hash. */
export async function findTokens(db: Db, hashes: readonly string[]) {
  const isAsked = fragments(db).anyOf('refresh_tokens', 'hash', hashes)
  return await reading(() => db.selectFrom('refresh_tokens').selectAll().where(isAsked).execute())
}

/** Whether somebody has logged in as this user from that address since then. */
export async function hasLoggedInFrom(db: Db, userId: string, address: string, since: Date): Promise<boolean> {
  const query = db.selectFrom('sessions').select('id').where('user_id', '=', userId).where('address', '=', address)
  return (await reading(() => query.where('created_at', '>', since).fetch(1).execute())).length > 0
}

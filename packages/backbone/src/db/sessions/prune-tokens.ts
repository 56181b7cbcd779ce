import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'

/** Deletes at most `limit` refresh tokens that were made before `before`. Answers how many. */
export async function pruneRefreshTokens(db: Db, before: Date, limit: number): Promise<number> {
  return await reading(async () => {
    const query = db.selectFrom('refresh_tokens').select('hash').where('created_at', '<', before).orderBy('created_at')
    const hashes = (await query.fetch(limit).execute()).map(({ hash }) => hash)
    if (hashes.length > 0) await db.deleteFrom('refresh_tokens').where('hash', 'in', hashes).execute()
    return hashes.length
  })
}

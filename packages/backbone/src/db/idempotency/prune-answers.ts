import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'

/** Deletes at most `limit` answers that were stored before `before`. Answers how many. */
export async function pruneAnswers(db: Db, before: Date, limit: number): Promise<number> {
  return await reading(async () => {
    const old = await db
      .selectFrom('idempotency_keys')
      .select('id')
      .where('created_at', '<', before)
      .orderBy('created_at')
      .fetch(limit)
      .execute()
    const ids = old.map(({ id }) => id)
    if (ids.length > 0) await db.deleteFrom('idempotency_keys').where('id', 'in', ids).execute()
    return ids.length
  })
}

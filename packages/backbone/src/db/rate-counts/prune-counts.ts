import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'

/** Deletes at most `limit` counts of windows that began before `before`. Answers how many. */
export async function pruneCounts(db: Db, before: Date, limit: number): Promise<number> {
  return await reading(async () => {
    const old = await db.selectFrom('rate_counts').select('id').where('window_at', '<', before).orderBy('window_at').fetch(limit).execute()
    const ids = old.map(({ id }) => id)
    if (ids.length > 0) await db.deleteFrom('rate_counts').where('id', 'in', ids).execute()
    return ids.length
  })
}

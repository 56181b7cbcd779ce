import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'

/** Deletes at most `limit` notifications that were sent before `before`. Answers how many. */
export async function pruneSentNotifications(db: Db, before: Date, limit: number): Promise<number> {
  return await reading(async () => {
    const old = await db.selectFrom('notifications').select('id').where('sent_at', '<', before).orderBy('sent_at').fetch(limit).execute()
    const ids = old.map(({ id }) => id)
    if (ids.length > 0) await db.deleteFrom('notifications').where('id', 'in', ids).execute()
    return ids.length
  })
}

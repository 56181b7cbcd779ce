import { fragments } from './dialect/fragments.ts'
import type { Db, TableName } from './schema.ts'
import { reading } from './transaction.ts'

/** Rows that nobody needs for ever: the columns of their key, and the one that says how old they are. */
export interface Aging {
  table: TableName
  key: readonly string[]
  at: string
}

/** Deletes at most `limit` rows from before `before`, the oldest first. Answers how many. One whose age changes meanwhile stays. */
export async function pruneOld(db: Db, { table, key, at }: Aging, before: Date, limit: number): Promise<number> {
  // Any table; the types follow one of them.
  const [from, age] = [table as 'notifications', at as 'sent_at']
  return await reading(async () => {
    const old = db
      .selectFrom(from)
      .select([...key, at] as 'id'[])
      .where(age, '<', before)
    const keys = await old.orderBy(age).fetch(limit).execute()
    if (keys.length > 0) await fragments(db).write(db, [{ inserts: [], deletes: keys.map((one) => ({ table, key: one })) }])
    return keys.length
  })
}

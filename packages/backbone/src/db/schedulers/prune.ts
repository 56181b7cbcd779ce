import { fragments } from '../dialect/fragments.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import type { Delete } from '../write.ts'

/** Deletes at most `limit` pings from before `before`. Answers how many. The newest of each scheduler make room themselves. */
export async function prunePings(db: Db, before: Date, limit: number): Promise<number> {
  return await reading(async () => {
    const pings = db.selectFrom('scheduler_pings').select(['scheduler_id', 'number']).where('at', '<', before)
    const keys = await pings.orderBy('at').fetch(limit).execute()
    return await remove(
      db,
      keys.map((key) => ({ table: 'scheduler_pings', key })),
    )
  })
}

/** The same of runs that ended before `before`. */
export async function pruneRuns(db: Db, before: Date, limit: number): Promise<number> {
  return await reading(async () => {
    const runs = db.selectFrom('scheduler_runs').select(['scheduler_id', 'number']).where('ended_at', '<', before)
    const keys = await runs.orderBy('ended_at').fetch(limit).execute()
    return await remove(
      db,
      keys.map((key) => ({ table: 'scheduler_runs', key })),
    )
  })
}

/** The same of log rows. */
export async function pruneSchedulerLogs(db: Db, before: Date, limit: number): Promise<number> {
  return await reading(async () => {
    const logs = db.selectFrom('scheduler_logs').select(['scheduler_id', 'version']).where('at', '<', before)
    const keys = await logs.orderBy('at').fetch(limit).execute()
    return await remove(
      db,
      keys.map((key) => ({ table: 'scheduler_logs', key })),
    )
  })
}

async function remove(db: Db, deletes: readonly Delete[]): Promise<number> {
  if (deletes.length > 0) await fragments(db).write(db, [{ inserts: [], deletes }])
  return deletes.length
}

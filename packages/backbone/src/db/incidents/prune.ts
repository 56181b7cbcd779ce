import { fragments } from '../dialect/fragments.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import type { Delete } from '../write.ts'

/** Deletes at most `limit` log rows from before `before`. Answers how many. */
export async function pruneIncidentLogs(db: Db, before: Date, limit: number): Promise<number> {
  return await reading(async () => {
    const logs = db.selectFrom('incident_logs').select(['incident_id', 'version']).where('at', '<', before)
    const keys = await logs.orderBy('at').fetch(limit).execute()
    return await remove(
      db,
      keys.map((key) => ({ table: 'incident_logs', key })),
    )
  })
}

/** The same of incidents that were resolved before `before`. */
export async function pruneIncidents(db: Db, before: Date, limit: number): Promise<number> {
  return await reading(async () => {
    const resolved = db.selectFrom('incidents').select('id').where('resolved_at', '<', before)
    const keys = await resolved.orderBy('resolved_at').fetch(limit).execute()
    return await remove(
      db,
      keys.map((key) => ({ table: 'incidents', key })),
    )
  })
}

async function remove(db: Db, deletes: readonly Delete[]): Promise<number> {
  if (deletes.length > 0) await fragments(db).write(db, [{ inserts: [], deletes }])
  return deletes.length
}

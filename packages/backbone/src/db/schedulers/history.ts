import type { Selectable } from 'kysely'
import { NotFoundError } from '../errors.ts'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'
import type { PingKind, RunOutcome } from './status.ts'

export type PingRow = Selectable<Schema['scheduler_pings']> & { kind: PingKind }
export type RunRow = Selectable<Schema['scheduler_runs']> & { outcome: RunOutcome }
export type SchedulerLogRow = Selectable<Schema['scheduler_logs']>

export interface NewestFirst {
  limit: number
  /** Only those before this number: the last of the page before. */
  beforeNumber?: number
}

/** The pings of one scheduler that are kept, newest first. Throws NotFoundError when it is unknown or deleted. */
export function listPings(db: Db, id: string, { limit, beforeNumber = Number.MAX_SAFE_INTEGER }: NewestFirst): Promise<PingRow[]> {
  return ofScheduler(db, id, async () => {
    const pings = db.selectFrom('scheduler_pings').selectAll().where('scheduler_id', '=', id).where('number', '<', beforeNumber)
    return (await pings.orderBy('number', 'desc').fetch(limit).execute()) as PingRow[]
  })
}

/** How the runs of one scheduler ended, newest first. Throws NotFoundError when it is unknown or deleted. */
export function listRuns(db: Db, id: string, { limit, beforeNumber = Number.MAX_SAFE_INTEGER }: NewestFirst): Promise<RunRow[]> {
  return ofScheduler(db, id, async () => {
    const runs = db.selectFrom('scheduler_runs').selectAll().where('scheduler_id', '=', id).where('number', '<', beforeNumber)
    return (await runs.orderBy('number', 'desc').fetch(limit).execute()) as RunRow[]
  })
}

/** The log of one scheduler, oldest first, from after the version `afterVersion`. Throws NotFoundError when it is unknown or deleted. */
export function listSchedulerLogs(
  db: Db,
  id: string,
  { limit, afterVersion = 0 }: { limit: number; afterVersion?: number },
): Promise<SchedulerLogRow[]> {
  return ofScheduler(db, id, async () => {
    const logs = db.selectFrom('scheduler_logs').selectAll().where('scheduler_id', '=', id).where('version', '>', afterVersion)
    return await logs.orderBy('version').fetch(limit).execute()
  })
}

function ofScheduler<T>(db: Db, id: string, read: () => Promise<T>): Promise<T> {
  return reading(async () => {
    const row = await db.selectFrom('schedulers').select('id').where('id', '=', id).where('deleted_at', 'is', null).executeTakeFirst()
    if (row === undefined) throw new NotFoundError(`scheduler ${id}`)
    return await read()
  })
}

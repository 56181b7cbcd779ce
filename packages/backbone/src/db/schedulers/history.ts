import type { Selectable } from 'kysely'
import { fragments } from '../dialect/fragments.ts'
import { onePlan } from '../dialect/one-plan.ts'
import { NotFoundError } from '../errors.ts'
import { readTogether } from '../read-together.ts'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'
import { isOwnScheduler, type SchedulerOwner } from './owner.ts'
import type { PingKind, RunOutcome } from './status.ts'

export type PingRow = Selectable<Schema['scheduler_pings']> & { kind: PingKind }
export type RunRow = Selectable<Schema['scheduler_runs']> & { outcome: RunOutcome }
export type SchedulerLogRow = Selectable<Schema['scheduler_logs']>

export interface NewestFirst {
  limit: number
  /** Only those before this number: the last of the page before. */
  beforeNumber?: number
  owner?: SchedulerOwner
}

/** The pings of one scheduler that are kept, newest first. Throws NotFoundError when it is unknown or deleted. */
export function listPings(db: Db, id: string, page: NewestFirst): Promise<PingRow[]> {
  const { limit, beforeNumber = Number.MAX_SAFE_INTEGER, owner } = page
  return ofScheduler(db, { id, owner }, async () => {
    const pings = db.selectFrom('scheduler_pings').selectAll().where('scheduler_id', '=', id).where('number', '<', beforeNumber)
    return (await pings.orderBy('number', 'desc').fetch(limit).modifyEnd(onePlan).execute()) as PingRow[]
  })
}

/** How the runs of one scheduler ended, newest first. Throws NotFoundError when it is unknown or deleted. */
export function listRuns(db: Db, id: string, page: NewestFirst): Promise<RunRow[]> {
  const { limit, beforeNumber = Number.MAX_SAFE_INTEGER, owner } = page
  return ofScheduler(db, { id, owner }, async () => {
    const runs = db.selectFrom('scheduler_runs').selectAll().where('scheduler_id', '=', id).where('number', '<', beforeNumber)
    return (await runs.orderBy('number', 'desc').fetch(limit).modifyEnd(onePlan).execute()) as RunRow[]
  })
}

/** The log of one scheduler, newest first; `beforeNumber` is a version. Throws NotFoundError when it is unknown or deleted. */
export function listSchedulerLogs(db: Db, id: string, page: NewestFirst): Promise<SchedulerLogRow[]> {
  const { limit, beforeNumber = MOST_VERSIONS, owner } = page
  return ofScheduler(db, { id, owner }, async () => {
    const logs = db.selectFrom('scheduler_logs').selectAll().where('scheduler_id', '=', id).where('version', '<', beforeNumber)
    return await logs.orderBy('version', 'desc').fetch(limit).modifyEnd(onePlan).execute()
  })
}

/** More than the column holds. */
const MOST_VERSIONS = 2_147_483_647

function ofScheduler<T>(db: Db, { id, owner }: { id: string; owner: SchedulerOwner }, read: () => Promise<T>): Promise<T> {
  return reading(async () => {
    const creator = await findCreator(db, id)
    if (creator === undefined || !isOwnScheduler({ created_by: creator }, owner)) throw new NotFoundError(`scheduler ${id}`)
    return await read()
  })
}

/** Who created it; undefined when it is unknown or deleted. */
const findCreator = readTogether<string>(async (db, ids) => {
  const isAsked = fragments(db).anyOf('schedulers', 'id', ids)
  const rows = await db.selectFrom('schedulers').select(['id', 'created_by']).where(isAsked).where('deleted_at', 'is', null).execute()
  return new Map(rows.map((row) => [row.id, row.created_by]))
})

/** How the last run of a scheduler ended; undefined when it has had none, or it was pruned. Runs are numbered as they end. */
export const findLastRun = readTogether<RunRow>(async (db, ids) => {
  // By the id of the scheduler, or PostgreSQL reads all of its runs to find the last.
  const isAsked = fragments(db).anyOf('schedulers', 'id', ids)
  const rows = await db
    .selectFrom('schedulers')
    .innerJoin('scheduler_runs', (join) =>
      join.onRef('scheduler_runs.scheduler_id', '=', 'schedulers.id').onRef('scheduler_runs.number', '=', 'schedulers.runs'),
    )
    .selectAll('scheduler_runs')
    .where(isAsked)
    .execute()
  return new Map((rows as RunRow[]).map((row) => [row.scheduler_id, row]))
})

import { type ExpressionBuilder, sql } from 'kysely'
import { isoOrNull, isoText } from '../iso-text.ts'
import { isLate as isLateSql } from '../schedulers/list-schedulers.ts'
import { isLate } from '../schedulers/scheduler.ts'
import { type SchedulerStatus, WATCHED_STATUSES } from '../schedulers/status.ts'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'
import type { ReportRow } from './report.ts'
import { MOST_ROWS, type ReportTable } from './table.ts'

export type Scope = Pick<ReportRow, 'tag' | 'starts_at' | 'ends_at'>
type Query = ExpressionBuilder<Schema, 'schedulers'>

/** Characters of an error that fit into a table. */
const MOST_ERROR = 100

export interface TableRead {
  table: ReportTable
  /** Nothing in it is expected before the end, nothing runs and nothing is Down. */
  isCalm: boolean
}

/** How the schedulers of a report stand at `now`, in two statements, however many there are. */
export function readTable(db: Db, scope: Scope, now: Date): Promise<TableRead> {
  return reading(async () => {
    const [{ counts, expected }, rows] = await Promise.all([readCounts(db, scope, now), readRows(db, scope, now)])
    const window = { startsAt: isoText(scope.starts_at), endsAt: isoText(scope.ends_at) }
    const isCalm = expected === 0 && counts.running === 0 && counts.Down === 0
    return { table: { ...window, asOf: isoText(now), counts, rows }, isCalm }
  })
}

/** The schedulers that a report is about. */
export function inScope(db: Db, tag: string | null) {
  const all = db.selectFrom('schedulers').where('schedulers.deleted_at', 'is', null)
  if (tag === null) return all
  return all.where('schedulers.id', 'in', db.selectFrom('scheduler_tags').select('scheduler_id').where('tag', '=', tag))
}

async function readCounts(db: Db, { tag, ends_at }: Scope, now: Date) {
  const rows = await inScope(db, tag)
    .select((eb) => {
      const countOf = (condition: ReturnType<typeof isLateSql>) =>
        eb.fn.sum<number>(eb.case().when(condition).then(sql<number>`1`).else(sql<number>`0`).end())
      const isExpected = eb.and([
        eb('status', 'in', [...WATCHED_STATUSES]),
        eb('expected_at', 'is not', null),
        eb('expected_at', '<', ends_at),
      ])
      return [
        'status',
        eb.fn.countAll<number>().as('schedulers'),
        countOf(isLateSql(eb, now)).as('late'),
        countOf(eb.and([eb('open_runs', 'is not', null)])).as('running'),
        countOf(isExpected).as('expected'),
      ]
    })
    .groupBy('status')
    .execute()
  const of = (status: SchedulerStatus) => Number(rows.find((row) => row.status === status)?.schedulers ?? 0)
  const sum = (what: 'late' | 'running' | 'expected') => rows.reduce((total, row) => total + Number(row[what]), 0)
  const counts = { New: of('New'), Up: of('Up'), Down: of('Down'), Paused: of('Paused'), late: sum('late'), running: sum('running') }
  return { counts, expected: sum('expected') }
}

const SHOWN = ['name', 'status', 'open_runs', 'expected_at', 'last_ping_at', 'last_duration_ms', 'last_error'] as const

async function readRows(db: Db, { tag }: Scope, now: Date): Promise<ReportTable['rows']> {
  const ranked = inScope(db, tag)
    .select(SHOWN)
    .select((eb) => urgency(eb, now).as('urgency'))
  const rows = await db
    .selectFrom(ranked.as('ranked'))
    .selectAll()
    .orderBy('urgency')
    .orderBy('expected_at')
    .orderBy('name')
    .fetch(MOST_ROWS)
    .execute()
  return rows.map((row) => {
    const status = row.status as SchedulerStatus
    return {
      name: row.name,
      status,
      late: isLate({ ...row, status }, now),
      running: row.open_runs !== null,
      lastPingAt: isoOrNull(row.last_ping_at),
      nextExpectedAt: isoOrNull(row.expected_at),
      lastDurationSeconds: row.last_duration_ms === null ? null : row.last_duration_ms / 1_000,
      lastError: row.last_error?.slice(0, MOST_ERROR).toWellFormed() ?? null,
    }
  })
}

/** Trouble first; those for which nobody waits come last. */
function urgency(eb: Query, now: Date) {
  return eb
    .case()
    .when('status', '=', 'Down')
    .then(sql<number>`0`)
    .when(isLateSql(eb, now))
    .then(sql<number>`1`)
    .when('open_runs', 'is not', null)
    .then(sql<number>`2`)
    .when('status', '=', 'Paused')
    .then(sql<number>`4`)
    .else(sql<number>`3`)
    .end()
}

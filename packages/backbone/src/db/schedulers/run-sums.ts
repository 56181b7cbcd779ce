import { type ExpressionBuilder, sql } from 'kysely'
import type { Db } from '../schema.ts'
import { meant, type StatisticsFilter } from './statistics.ts'
import type { Period } from './statistics-periods.ts'
import { RUN_OUTCOMES, type RunOutcome } from './status.ts'

export interface RunSums {
  /** That ended in the period, by how they did. */
  runs: Record<RunOutcome, number>
  /** Half of the runs that were measured took no longer, in milliseconds; null when there are none. */
  p50Ms: number | null
  p95Ms: number | null
}

const NO_RUNS: RunSums = {
  runs: Object.fromEntries(RUN_OUTCOMES.map((outcome) => [outcome, 0])) as RunSums['runs'],
  p50Ms: null,
  p95Ms: null,
}

export async function readRuns(db: Db, filter: StatisticsFilter, period: Period): Promise<RunSums> {
  const rows = db.selectFrom(endedIn(db, filter, period).select(['outcome', 'duration_ms']).as('run'))
  return toSums(await rows.select(sums).executeTakeFirst())
}

/** The same of each of the periods, which follow each other, in their order. */
export async function readRunsByPeriod(db: Db, filter: StatisticsFilter, periods: readonly Period[]): Promise<RunSums[]> {
  const [first, last] = [periods[0], periods.at(-1)]
  if (first === undefined || last === undefined) return []
  const runs = endedIn(db, filter, { from: first.from, to: last.to })
    .select(['outcome', 'duration_ms'])
    // In a select of its own, so that it is grouped by a column: Oracle takes no expression with parameters.
    .select((eb) => {
      const [begin, ...others] = periods.map(({ to }, i) => [to, i] as const)
      const started = eb
        .case()
        .when('ended_at', '<', begin?.[0] ?? last.to)
        .then(sql<number>`0`)
      const all = others.reduce((one, [to, i]) => one.when('ended_at', '<', to).then(sql<number>`${sql.lit(i)}`), started)
      return all.end().as('period')
    })
  const rows = await db.selectFrom(runs.as('run')).select('period').select(sums).groupBy('period').execute()
  const byPeriod = new Map(rows.map((row) => [Number(row.period), row]))
  return periods.map((_, i) => toSums(byPeriod.get(i)))
}

/** The runs of what a filter means that ended in a period. */
export function endedIn(db: Db, filter: StatisticsFilter, { from, to }: Period) {
  const runs = db.selectFrom('scheduler_runs').where('ended_at', '>=', from).where('ended_at', '<', to)
  return runs.where('scheduler_id', 'in', meant(db, filter))
}

type Run = { run: { outcome: string; duration_ms: number | null } }

const percentile = (share: number) =>
  sql<number | null>`percentile_disc(${sql.lit(share)}) within group (order by ${sql.ref('run.duration_ms')})`

/** A name with a small letter at its beginning, as all names of ours have in SQL. */
const columnOf = (outcome: RunOutcome) => `runs${outcome}` as const

function sums(eb: ExpressionBuilder<Run, 'run'>) {
  const count = (outcome: RunOutcome) =>
    eb.fn
      .sum<number>(eb.case().when('run.outcome', '=', sql.lit(outcome)).then(sql<number>`1`).else(sql<number>`0`).end())
      .as(columnOf(outcome))
  return [...RUN_OUTCOMES.map(count), percentile(0.5).as('p50'), percentile(0.95).as('p95')] as const
}

function toSums(row: Record<string, unknown> | undefined): RunSums {
  if (row === undefined) return NO_RUNS
  const runs = Object.fromEntries(RUN_OUTCOMES.map((outcome) => [outcome, Number(row[columnOf(outcome)] ?? 0)])) as RunSums['runs']
  const ms = (value: unknown) => (value === null || value === undefined ? null : Number(value))
  return { runs, p50Ms: ms(row.p50), p95Ms: ms(row.p95) }
}

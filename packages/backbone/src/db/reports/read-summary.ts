import { sql } from 'kysely'
import { isoText } from '../iso-text.ts'
import { endedIn, readRuns } from '../schedulers/run-sums.ts'
import type { Period } from '../schedulers/statistics-periods.ts'
import type { RunOutcome } from '../schedulers/status.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { inScope } from './read-table.ts'
import { MOST_NAMES, type ReportSummary, type ReportTable } from './table.ts'

/** What happened to the schedulers of a report in one of its times; `counts` is how they stand at its end. */
export function readSummary(db: Db, tag: string | null, period: Period, { counts }: Pick<ReportTable, 'counts'>): Promise<ReportSummary> {
  const filter = tag === null ? {} : { tag }
  return reading(async () => {
    const [{ runs }, longest, failing, down] = await Promise.all([
      readRuns(db, filter, period),
      findLongest(db, filter, period),
      listFailing(db, filter, period),
      inScope(db, tag).select('name').where('status', '=', 'Down').orderBy('name').fetch(MOST_NAMES).execute(),
    ])
    const { Succeeded: succeeded, Failed: failed, TimedOut: timedOut, Missed: missed } = runs
    const { late, running, Down } = counts
    const allClear = failed + timedOut + missed + Down === 0
    const window = { startsAt: isoText(period.from), endsAt: isoText(period.to) }
    const stillDown = down.map(({ name }) => name)
    return { ...window, allClear, succeeded, failed, timedOut, missed, late, running, longest, failing, down: Down, stillDown }
  })
}

async function findLongest(db: Db, filter: { tag?: string }, period: Period): Promise<ReportSummary['longest']> {
  const runs = endedIn(db, filter, period).select(['scheduler_id', 'duration_ms']).where('duration_ms', 'is not', null)
  const row = await db
    .selectFrom(runs.as('run'))
    .innerJoin('schedulers', 'schedulers.id', 'run.scheduler_id')
    .select(['schedulers.name', 'run.duration_ms'])
    .orderBy('run.duration_ms', 'desc')
    .orderBy('schedulers.name')
    .fetch(1)
    .executeTakeFirst()
  return row === undefined ? null : { name: row.name, seconds: (row.duration_ms ?? 0) / 1_000 }
}

const BAD = ['Failed', 'TimedOut', 'Missed'] as const satisfies readonly RunOutcome[]

async function listFailing(db: Db, filter: { tag?: string }, period: Period): Promise<ReportSummary['failing']> {
  const runs = endedIn(db, filter, period).select(['scheduler_id', 'outcome']).where('outcome', 'in', BAD)
  const rows = await db
    .selectFrom(runs.as('run'))
    .innerJoin('schedulers', 'schedulers.id', 'run.scheduler_id')
    .select((eb) => {
      const count = (outcome: (typeof BAD)[number]) =>
        eb.fn.sum<number>(eb.case().when('run.outcome', '=', sql.lit(outcome)).then(sql<number>`1`).else(sql<number>`0`).end())
      return ['schedulers.name', count('Failed').as('failed'), count('TimedOut').as('timed_out'), count('Missed').as('missed')]
    })
    .groupBy(['schedulers.id', 'schedulers.name'])
    .orderBy((eb) => eb.fn.countAll(), 'desc')
    .orderBy('schedulers.name')
    .fetch(MOST_NAMES)
    .execute()
  return rows.map(({ name, failed, timed_out, missed }) => ({
    name,
    failed: Number(failed),
    timedOut: Number(timed_out),
    missed: Number(missed),
  }))
}

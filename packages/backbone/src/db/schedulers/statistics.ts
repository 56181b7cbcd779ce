import type { ExpressionBuilder } from 'kysely'
import type { Db, Schema } from '../schema.ts'
import { inSnapshot } from '../transaction.ts'
import { type Availability, type Downtime, readAvailability } from './availability.ts'
import type { SchedulerOwner } from './owner.ts'
import { type RunSums, readRuns, readRunsByPeriod } from './run-sums.ts'
import type { Period } from './statistics-periods.ts'

/** Which schedulers are added up; a field that is absent asks nothing. */
export interface StatisticsFilter {
  id?: string
  tag?: string | undefined
  owner?: SchedulerOwner
}

export interface Totals extends Availability, RunSums {}

export interface Statistics {
  total: Totals
  /** As long as the periods that were asked for. */
  periods: (Totals & { period: Period })[]
  /** The newest first, so many as anybody reads. */
  downtimes: Downtime[]
}

/**
 * How schedulers fared in a range, in all and by period. Deleted ones are left out. Throws TooManyMovesError when more
 * changed their status in the range than can be looked at.
 */
export function readStatistics(db: Db, filter: StatisticsFilter, range: Period, periods: readonly Period[]): Promise<Statistics> {
  return inSnapshot(db, async (trx) => {
    const { total, byPeriod, downtimes } = await readAvailability(trx, filter, range, periods)
    const runs = await readRuns(trx, filter, range)
    const runsByPeriod = await readRunsByPeriod(trx, filter, periods)
    return {
      total: { ...total, ...runs },
      periods: periods.map((period, i) => ({ period, ...at(byPeriod, i), ...at(runsByPeriod, i) })),
      downtimes,
    }
  })
}

function at<T>(list: readonly T[], i: number): T {
  const item = list[i]
  if (item === undefined) throw new Error(`There is no period ${i}.`)
  return item
}

/** The ids of the schedulers that a filter means. */
export function meant(db: Db, { id, tag, owner }: StatisticsFilter) {
  return db
    .selectFrom('schedulers')
    .select('schedulers.id')
    .where((eb: ExpressionBuilder<Schema, 'schedulers'>) =>
      eb.and([
        eb('schedulers.deleted_at', 'is', null),
        ...(id === undefined ? [] : [eb('schedulers.id', '=', id)]),
        ...(owner === undefined ? [] : [eb('schedulers.created_by', 'in', owner)]),
        ...(tag === undefined
          ? []
          : [eb('schedulers.id', 'in', eb.selectFrom('scheduler_tags').select('scheduler_id').where('tag', '=', tag))]),
      ]),
    )
}

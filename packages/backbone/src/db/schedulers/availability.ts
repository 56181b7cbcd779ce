import { DomainError } from '../errors.ts'
import type { Trx } from '../schema.ts'
import { meant, type StatisticsFilter } from './statistics.ts'
import type { Period } from './statistics-periods.ts'
import type { SchedulerStatus } from './status.ts'

export interface Availability {
  /** Up or New, of the time that was neither paused nor before they were registered: 0 to 1; null when there was none. */
  uptime: number | null
  /** How often one was Down, and how long they were together. */
  downtimes: number
  downSeconds: number
  longestDownSeconds: number
}

/** The part of a downtime that lies in the range. */
export interface Downtime {
  schedulerId: string
  from: Date
  /** Null when it has not ended by the end of the range. */
  to: Date | null
  seconds: number
}

/** So many changes of status are looked at: of a hundred thousand schedulers each third falls silent within the range. */
const MOST_MOVES = 50_000
const MOST_DOWNTIMES = 100

export class TooManyMovesError extends DomainError {
  override name = 'TooManyMovesError'
  constructor() {
    super('too_many_moves', `There were more than ${MOST_MOVES} changes of status in this time.`)
  }
}

/** How long schedulers were Down, from the changes of status in their logs and, where there are none, from their present status. */
export async function readAvailability(trx: Trx, filter: StatisticsFilter, range: Period, periods: readonly Period[]) {
  const moves = await readMoves(trx, filter, range.from)
  if (moves.length > MOST_MOVES) throw new TooManyMovesError()
  const total = makeTally(range)
  const tallies = periods.map(makeTally)
  const downtimes: Downtime[] = []
  const stay = (status: string | null, from: Date, to: Date, count = 1) => {
    for (const tally of [total, ...tallies]) tally.add(status, from, to, count)
  }
  for (const [schedulerId, own] of Map.groupBy(moves, (move) => move.scheduler_id)) {
    let [status, since] = [own[0]?.from_status ?? null, range.from]
    for (const { to_status, at } of own) {
      stay(status, since, at)
      if (status === 'Down') downtimes.push({ schedulerId, ...within(range, since, at) })
      ;[status, since] = [to_status, at]
    }
    stay(status, since, range.to)
    if (status === 'Down') downtimes.push({ schedulerId, ...within(range, since, null) })
  }
  for (const { status, schedulers } of await countUnmoved(trx, filter, range.from)) stay(status, range.from, range.to, Number(schedulers))
  for (const id of await listDownThroughout(trx, filter, range.from))
    downtimes.push({ schedulerId: id, ...within(range, range.from, null) })
  const newest = downtimes.filter(({ seconds }) => seconds > 0).sort((a, b) => b.from.getTime() - a.from.getTime())
  return { total: total.answer(), byPeriod: tallies.map((tally) => tally.answer()), downtimes: newest.slice(0, MOST_DOWNTIMES) }
}

function within(range: Period, from: Date, to: Date | null): Pick<Downtime, 'from' | 'to' | 'seconds'> {
  const end = to === null || to >= range.to ? null : to
  return { from, to: end, seconds: ((end ?? range.to).getTime() - from.getTime()) / 1_000 }
}

/** Adds up how long somebody was in each status during a period. */
function makeTally(period: Period) {
  const [start, end] = [period.from.getTime(), period.to.getTime()]
  const ms = new Map<string, number>()
  let [downtimes, longest] = [0, 0]
  return {
    add(status: string | null, from: Date, to: Date, count: number) {
      const overlap = Math.min(end, to.getTime()) - Math.max(start, from.getTime())
      if (status === null || overlap <= 0 || count === 0) return
      ms.set(status, (ms.get(status) ?? 0) + overlap * count)
      if (status !== 'Down') return
      downtimes += count
      longest = Math.max(longest, overlap)
    },
    answer(): Availability {
      const inStatus = (status: SchedulerStatus) => ms.get(status) ?? 0
      const [down, up] = [inStatus('Down'), inStatus('Up') + inStatus('New')]
      const uptime = up + down === 0 ? null : up / (up + down)
      return { uptime, downtimes, downSeconds: down / 1_000, longestDownSeconds: longest / 1_000 }
    },
  }
}

/** Changes of status since `from`, each scheduler's in their order; up to now, because the first tells how it was before. */
async function readMoves(trx: Trx, filter: StatisticsFilter, from: Date) {
  return await trx
    .selectFrom('scheduler_logs')
    .select(['scheduler_id', 'from_status', 'to_status', 'at'])
    .where('at', '>=', from)
    .where((eb) => eb.or([eb('from_status', 'is', null), eb('from_status', '<>', eb.ref('to_status'))]))
    .where('scheduler_id', 'in', meant(trx, filter))
    .orderBy('scheduler_id')
    .orderBy('version')
    .fetch(MOST_MOVES + 1)
    .execute()
}

/** Those that have been in their present status since before `from`. */
function unmoved(trx: Trx, filter: StatisticsFilter, from: Date) {
  return trx
    .selectFrom('schedulers')
    .where('id', 'in', meant(trx, filter))
    .where('created_at', '<', from)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('scheduler_logs')
            .select('version')
            .whereRef('scheduler_logs.scheduler_id', '=', 'schedulers.id')
            .where('at', '>=', from)
            .where((moved) => moved.or([moved('from_status', 'is', null), moved('from_status', '<>', moved.ref('to_status'))])),
        ),
      ),
    )
}

async function countUnmoved(trx: Trx, filter: StatisticsFilter, from: Date) {
  const query = unmoved(trx, filter, from).select('status').groupBy('status')
  return await query.select((eb) => eb.fn.countAll<number>().as('schedulers')).execute()
}

async function listDownThroughout(trx: Trx, filter: StatisticsFilter, from: Date): Promise<string[]> {
  const query = unmoved(trx, filter, from).select('id').where('status', '=', 'Down').orderBy('id', 'desc')
  return (await query.fetch(MOST_DOWNTIMES).execute()).map(({ id }) => id)
}

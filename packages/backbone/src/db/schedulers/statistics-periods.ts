/** A span of time: from its beginning to before its end. */
export interface Period {
  from: Date
  to: Date
}

export type PeriodLength = 'day' | 'week'

const DAY_MS = 86_400_000
/** 1 January 1970 was a Thursday; weeks begin on Mondays, days at midnight UTC. */
const FIRST_MONDAY_MS = 4 * DAY_MS
const GRID = {
  day: { lengthMs: DAY_MS, offsetMs: 0 },
  week: { lengthMs: 7 * DAY_MS, offsetMs: FIRST_MONDAY_MS },
} as const satisfies Record<PeriodLength, object>

/** The days or weeks that a range lies in, oldest first; the first and the last are cut to it. */
export function periodsOf({ from, to }: Period, length: PeriodLength): Period[] {
  const { lengthMs, offsetMs } = GRID[length]
  const periods: Period[] = []
  for (let start = from.getTime(); start < to.getTime(); ) {
    const end = Math.min(to.getTime(), (Math.floor((start - offsetMs) / lengthMs) + 1) * lengthMs + offsetMs)
    periods.push({ from: new Date(start), to: new Date(end) })
    start = end
  }
  return periods
}

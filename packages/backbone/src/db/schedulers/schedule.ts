import { nextFire } from './cron.ts'

/** Either `period_seconds` or `cron` is set. */
export interface Schedule {
  period_seconds: number | null
  cron: string | null
  time_zone: string
}

/** When a scheduler that was last heard of at `base` is expected next. */
export function nextExpected({ period_seconds, cron, time_zone }: Schedule, base: Date): Date {
  if (cron !== null) return nextFire(cron, time_zone, base)
  if (period_seconds === null) throw new Error('A schedule has a period or a cron expression.')
  return new Date(base.getTime() + period_seconds * 1_000)
}

/** The next instants of a schedule, for somebody who wants to see them. */
export function listExpected(schedule: Schedule, base: Date, count: number): Date[] {
  const expected: Date[] = []
  while (expected.length < count) expected.push(nextExpected(schedule, expected.at(-1) ?? base))
  return expected
}

/** So many expectations tell how close together they are: a day of a job every ten minutes, and more. */
const LOOKED_AT = 150

/** Grace when none is given: a fifth of the period, or of the shortest time between two of the coming expectations, and a minute at least. */
export function defaultGraceSeconds(schedule: Schedule, now: Date): number {
  return Math.max(60, Math.round(shortestGapSeconds(schedule, now) / 5))
}

function shortestGapSeconds(schedule: Schedule, now: Date): number {
  if (schedule.period_seconds !== null) return schedule.period_seconds
  const times = listExpected(schedule, now, LOOKED_AT).map((at) => at.getTime())
  return Math.min(...times.slice(1).map((time, i) => time - (times[i] ?? 0))) / 1_000
}

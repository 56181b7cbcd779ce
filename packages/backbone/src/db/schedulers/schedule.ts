import { nextFire, shortestGapSeconds } from './cron.ts'

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

/** Grace when none is given: a fifth of the period, or of the shortest time between two fires, and a minute at least. */
export function defaultGraceSeconds({ period_seconds, cron }: Schedule): number {
  const gap = cron === null ? (period_seconds ?? 0) : shortestGapSeconds(cron)
  return Math.max(60, Math.round(gap / 5))
}

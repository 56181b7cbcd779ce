import { nextFire, shortestGapSeconds } from './cron.ts'
import { isWatched, type SchedulerStatus } from './status.ts'

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

/** So much ahead of ours a job's clock may be: a tenth of the way from the slot before, and a minute at most. */
const MOST_EARLY_MS = 60_000
const EARLY_PART = 10

interface Expecting extends Schedule {
  status: SchedulerStatus
  expected_at: Date | null
}

/**
 * When a scheduler is expected next after a run that ended, or was missed, at `at`.
 *
 * A period begins anew at `at`. By a cron expression the next is the first fire after `at`; but a clock that is a little
 * ahead runs its job a little before the slot. So a run satisfies the slot that begins within a minute, and within a tenth of
 * the time from the slot before it, and the next is the fire after that one. What counts is when the run began, where that is
 * known (`startedAt`), else `at`: a run that began long before and ends just before a slot is of the slot before. So is what
 * comes while it is expected already: only who waits for nothing can be early. Nothing takes back what an early run has
 * satisfied.
 */
export function expectedAfter(row: Expecting, { at, startedAt }: { at: Date; startedAt: Date | null }): Date {
  const next = nextExpected(row, at)
  if (row.cron === null) return next
  const slot = earlySlot({ ...row, cron: row.cron }, startedAt ?? at)
  const after = slot === undefined ? next : nextExpected(row, slot)
  return new Date(Math.max(next.getTime(), after.getTime(), row.expected_at?.getTime() ?? 0))
}

/** The slot that a run which began at `began` was too quick for. */
function earlySlot({ cron, time_zone, status, expected_at }: Expecting & { cron: string }, began: Date): Date | undefined {
  if (isWatched(status) && expected_at !== null && expected_at <= began) return undefined
  const slot = nextFire(cron, time_zone, began)
  const earlyMs = slot.getTime() - began.getTime()
  if (earlyMs > MOST_EARLY_MS) return undefined
  // No other slot begins between ten times as early and this one.
  const first = nextFire(cron, time_zone, new Date(slot.getTime() - EARLY_PART * earlyMs))
  return first.getTime() === slot.getTime() ? slot : undefined
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

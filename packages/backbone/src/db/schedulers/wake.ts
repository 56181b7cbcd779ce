import { openRunsOf } from './open-runs.ts'
import type { SchedulerRow } from './scheduler.ts'
import { isWatched } from './status.ts'

type Wakeable = Pick<
  SchedulerRow,
  | 'status'
  | 'expected_at'
  | 'grace_seconds'
  | 'start_grace_seconds'
  | 'max_runtime_seconds'
  | 'warn_when_late'
  | 'late_told_at'
  | 'paused_until'
  | 'open_runs'
  | 'deleted_at'
>

/** What time alone does to a scheduler, and when. */
export type Due = { at: Date; what: 'resume' | 'timeout' | 'late' | 'start_missed' | 'missed' }

const later = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1_000)

/** When it fails because it has not succeeded; null while its silence is not watched. */
export function successDeadline(row: Pick<Wakeable, 'status' | 'open_runs' | 'expected_at' | 'deleted_at' | 'grace_seconds'>): Date | null {
  if (!isWatched(row.status) || row.open_runs !== null || row.expected_at === null || row.deleted_at !== null) return null
  return later(row.expected_at, row.grace_seconds)
}

/** A run takes some time, also of a job that may not be late at all. */
const LEAST_RUNTIME_SECONDS = 60

/** When a run must have ended or shown a sign of life again. */
export function runDeadline(row: Wakeable, { extendedAt }: { extendedAt: Date }): Date {
  return later(extendedAt, row.max_runtime_seconds ?? Math.max(row.grace_seconds, LEAST_RUNTIME_SECONDS))
}

/**
 * The next thing that happens to this scheduler if nobody touches it, or null. While runs are open only they are watched;
 * while it is Down they still time out. Lateness is no news when the end of grace has come as well.
 */
export function nextDue(row: Wakeable, now?: Date): Due | null {
  if (row.deleted_at !== null) return null
  if (row.status === 'Paused') return row.paused_until === null ? null : { at: row.paused_until, what: 'resume' }
  if (row.open_runs !== null) {
    const deadlines = openRunsOf(row).map((run) => runDeadline(row, run).getTime())
    return { at: new Date(Math.min(...deadlines)), what: 'timeout' }
  }
  const deadline = successDeadline(row)
  if (deadline === null || row.expected_at === null) return null
  const start = row.start_grace_seconds === null ? null : later(row.expected_at, row.start_grace_seconds)
  const end: Due = start !== null && start < deadline ? { at: start, what: 'start_missed' } : { at: deadline, what: 'missed' }
  if (row.warn_when_late === 0 || row.late_told_at?.getTime() === row.expected_at.getTime()) return end
  return now !== undefined && end.at <= now ? end : { at: middle(row.expected_at, end.at), what: 'late' }
}

/**
 * When somebody is told that it is late: half of the grace later than expected. At the expected instant itself every job
 * that reports its success would be late, by the time that it runs.
 */
function middle(from: Date, to: Date): Date {
  return new Date(Math.floor((from.getTime() + to.getTime()) / 2))
}

export function nextWake(row: Wakeable): Date | null {
  return nextDue(row)?.at ?? null
}

import { isoText } from '../iso-text.ts'
import { expectedAfter } from './schedule.ts'
import type { SchedulerRow } from './scheduler.ts'

/** A run that reported success, and yet is not as it should be. */
export interface Anomaly {
  reason: 'too_fast' | 'too_often'
  /** In a sentence. */
  error: string
  /** What was measured: how long the run took, or how many there have been. */
  measured: { durationSeconds: number } | { runs: number }
}

/** `counted_runs` is this as JSON in a text column; null where nothing is counted yet, or shall be. */
interface Counted {
  /** What is expected next, since the first success that is counted. */
  until: string
  runs: number
  /** Somebody was told of an anomaly since. */
  told: boolean
}

/** A tenth of a period too early is no run too many: no job takes the same time always. */
const JITTER = 0.1

type Run = { at: Date; startedAt: Date | null; durationMs: number | null }

/**
 * What is wrong with a run that reported success at `at`, and what is counted then. `isNews` once until what is expected
 * next has been met.
 *
 * Successes are counted from the one that met an expectation to the one that meets the next: by a cron expression whose slot
 * is another than that of the first, also when it is early for it; with a period one that comes a period, less a tenth, after
 * the first. A run that fails because it was too fast is none of them: the one that makes it good may follow at once.
 */
export function judge(row: SchedulerRow, run: Run): { anomaly?: Anomaly; counted_runs: string | null; isNews: boolean } {
  const { min_runtime_seconds, max_runs_per_period, anomaly_is_failure } = row
  if (min_runtime_seconds === null && max_runs_per_period === null) return { counted_runs: null, isNews: false }
  const fast = tooFast(row, run)
  if (fast !== undefined && anomaly_is_failure === 1) return { anomaly: fast, counted_runs: row.counted_runs, isNews: true }
  const counted = countedWith(row, run)
  const anomaly = fast ?? tooOften(row, counted)
  const told = counted.told || anomaly !== undefined
  return { ...(anomaly === undefined ? {} : { anomaly }), counted_runs: JSON.stringify({ ...counted, told }), isNews: !counted.told }
}

function countedWith(row: SchedulerRow, { at, startedAt }: Run): Counted {
  const next = expectedAfter(row, { at, startedAt })
  const counted: Counted | null = row.counted_runs === null ? null : JSON.parse(row.counted_runs)
  const isMore = counted !== null && isBefore(row, { at, next }, new Date(counted.until))
  return isMore ? { ...counted, runs: counted.runs + 1 } : { until: isoText(next), runs: 1, told: false }
}

/** Whether a success still belongs to what was met before `until`. */
function isBefore({ period_seconds }: SchedulerRow, { at, next }: { at: Date; next: Date }, until: Date): boolean {
  return period_seconds === null ? next <= until : at.getTime() < until.getTime() - period_seconds * 1_000 * JITTER
}

function tooFast({ min_runtime_seconds }: SchedulerRow, { durationMs }: Run): Anomaly | undefined {
  if (min_runtime_seconds === null || durationMs === null || durationMs >= min_runtime_seconds * 1_000) return undefined
  const durationSeconds = durationMs / 1_000
  const error = `It ran for ${durationSeconds} s, which is less than ${min_runtime_seconds} s.`
  return { reason: 'too_fast', error, measured: { durationSeconds } }
}

function tooOften({ max_runs_per_period }: SchedulerRow, { runs }: Counted): Anomaly | undefined {
  if (max_runs_per_period === null || runs <= max_runs_per_period) return undefined
  const error = `It succeeded ${runs} times before it was expected again, which is more than ${max_runs_per_period}.`
  return { reason: 'too_often', error, measured: { runs } }
}

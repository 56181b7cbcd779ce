import type { Anomaly } from './anomaly.ts'
import type { SchedulerAction } from './events.ts'
import { flipsText, isFlapping } from './flapping.ts'
import { expectedAfter } from './schedule.ts'
import type { SchedulerRow } from './scheduler.ts'
import type { PingKind, RunOutcome, SchedulerStatus } from './status.ts'
import { nextWake } from './wake.ts'

/** Why something changed, for those who read the log and the event. */
export type Reason = 'signal' | 'missed' | 'start_missed' | 'timed_out' | Anomaly['reason']

/** What the log row and the event say beyond before and after. */
export interface Story {
  action: SchedulerAction
  /** When it happened. */
  at: Date
  reason?: Reason | undefined
  error?: string | undefined
  /** When the clock saw what happened at `at`. */
  noticedAt?: Date
  downtimeSeconds?: number
  measured?: Anomaly['measured']
}

export interface Change {
  before: SchedulerRow
  after: SchedulerRow
  story: Story
}

/** How a run ended. */
export interface EndedRun {
  runId: string | null
  startedAt: Date | null
  endedAt: Date
  outcome: RunOutcome
  exitCode?: number | null
  error?: string | null
}

/**
 * What became of a scheduler: the row as it is then, the changes on the way there (each a version, a log row and an event)
 * and the runs that ended. What happened before somebody looked comes first, so that the story is the same whenever the
 * clock looks.
 */
export interface Life {
  row: SchedulerRow
  changes: readonly Change[]
  runs: readonly EndedRun[]
  /** What the signal was taken for. */
  ping?: { kind: PingKind; durationMs: number | null }
}

export type Patch = Partial<SchedulerRow>

/** Sets what has no version: only the row is written. */
export function set(life: Life, patch: Patch): Life {
  return { ...life, row: { ...life.row, ...patch } }
}

/** Sets what everybody hears of. A change is never before the one before it: what an edit makes due is due at the edit. */
export function change(life: Life, patch: Patch, story: Story): Life {
  const before = life.row
  const at = notBefore(before, story.at)
  const after = { ...before, ...patch, version: before.version + 1, updated_at: at }
  return { ...life, row: after, changes: [...life.changes, { before, after, story: { ...story, at } }] }
}

/** An instant, or that of the last change when it is later. */
export function notBefore({ updated_at }: SchedulerRow, at: Date): Date {
  return new Date(Math.max(at.getTime(), updated_at.getTime()))
}

export function endRun(life: Life, run: EndedRun): Life {
  return { ...life, row: { ...life.row, runs: life.row.runs + 1 }, runs: [...life.runs, run] }
}

/** Whatever happened, written once: the wake that follows from it, and the next revision. */
export function settled(before: SchedulerRow, life: Life): Life {
  return set(life, { revision: before.revision + 1, wake_at: nextWake(life.row) })
}

export interface Failure {
  at: Date
  /** Of the run that failed; null when it is not known, or there was none. */
  startedAt: Date | null
  reason: Reason
  error: string | undefined
  noticedAt?: Date
}

/** One more failure in a row: Down at the tolerance, below it a change that is only told. While Down nothing is told again. */
export function fail(life: Life, { at, startedAt, reason, error, noticedAt }: Failure): Life {
  const { row } = life
  const failures = {
    consecutive_failures: row.consecutive_failures + 1,
    consecutive_successes: 0,
    last_error: error ?? null,
    expected_at: expectedAfter(row, { at, startedAt }),
  }
  if (row.status === 'Down') return set(life, failures)
  const story = { at, reason, error, ...(noticedAt === undefined ? {} : { noticedAt }) }
  if (failures.consecutive_failures < row.failure_tolerance) return change(life, failures, { ...story, action: 'failed' })
  return flipped(change(life, { ...failures, status: 'Down', ...unpaused }, { ...story, action: 'down' }), row.status)
}

/** One more success in a row: it is Up, unless it has to recover from Down and there have not been enough. */
export function succeed(life: Life, { at, startedAt }: Pick<Failure, 'at' | 'startedAt'>): Life {
  const { row } = life
  const successes = {
    consecutive_failures: 0,
    consecutive_successes: row.consecutive_successes + 1,
    last_success_at: at,
    expected_at: expectedAfter(row, { at, startedAt }),
  }
  if (row.status === 'Up') return set(life, { ...successes, last_error: null })
  if (row.status !== 'Down')
    return change(life, { ...successes, status: 'Up', last_error: null, ...unpaused }, { action: 'up', at, reason: 'signal' })
  if (successes.consecutive_successes < row.recovery_threshold) return set(life, successes)
  const downtimeSeconds = Math.max(0, at.getTime() - (row.down_since ?? at).getTime()) / 1_000
  const patch = { ...successes, status: 'Up' as const, last_error: null, down_since: null }
  return flipped(change(life, patch, { action: 'recovered', at, reason: 'signal', downtimeSeconds }), row.status)
}

const unpaused = { sticky_pause: 0, paused_until: null } as const

/** Notes a change between Up and Down; when there were too many within the hour, that is one change more, once. */
function flipped(life: Life, from: SchedulerStatus): Life {
  const at = life.row.updated_at
  const since = life.row.status === 'Down' ? { down_since: at } : {}
  if (from !== 'Up' && from !== 'Down') return amend(life, since)
  const told = isFlapping(life.row, at)
  const noted = amend(life, { ...since, flips: flipsText(life.row, at) })
  return !told && isFlapping(noted.row, at) ? change(noted, {}, { action: 'flapping', at }) : noted
}

/** Sets what belongs to the last change. */
function amend(life: Life, patch: Patch): Life {
  const last = life.changes.at(-1)
  const row = { ...life.row, ...patch }
  return { ...life, row, changes: last === undefined ? [] : [...life.changes.slice(0, -1), { ...last, after: row }] }
}

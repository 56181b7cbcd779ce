/**
 * The life of a monitored scheduler. Late, running and flapping are derived: they need no move. A move to the same status is
 * no move.
 */
export const SCHEDULER_MOVES = {
  New: ['Up', 'Down', 'Paused'],
  Up: ['Down', 'Paused'],
  Down: ['Up', 'Paused'],
  Paused: ['New', 'Up', 'Down'],
} as const satisfies Record<string, readonly string[]>

export type SchedulerStatus = keyof typeof SCHEDULER_MOVES
export const SCHEDULER_STATUSES = Object.keys(SCHEDULER_MOVES) as SchedulerStatus[]

/** In these its silence is watched; one that never reports goes Down too. */
export const WATCHED_STATUSES = ['New', 'Up'] as const satisfies readonly SchedulerStatus[]

export function isWatched(status: SchedulerStatus): boolean {
  return (WATCHED_STATUSES as readonly SchedulerStatus[]).includes(status)
}

export const SIGNAL_KINDS = ['success', 'start', 'fail', 'log', 'heartbeat'] as const
export type SignalKind = (typeof SIGNAL_KINDS)[number]

/** What a ping was taken for: `ignored`, when it came to a scheduler that is paused for good. */
export type PingKind = SignalKind | 'ignored'

/** Missed: it did not report at all. Lost: nobody watches it any more. */
export const RUN_OUTCOMES = ['Succeeded', 'Failed', 'TimedOut', 'Missed', 'Lost'] as const
export type RunOutcome = (typeof RUN_OUTCOMES)[number]

/**
 * The life of a notification. Its times and its `wake_at` are machine time: a mail in the middle of being sent must not
 * lose its lease because a replay moves the clock. It has no public log.
 */
export const NOTIFICATION_MOVES = {
  Queued: ['Sending', 'Failed'],
  Sending: ['Sent', 'Queued', 'Failed'],
  // Again, because its receiver asked for it (POST /channels/:id/replay).
  Sent: ['Queued'],
  Failed: ['Queued'],
} as const satisfies Record<string, readonly string[]>

export type NotificationStatus = keyof typeof NOTIFICATION_MOVES

/** How long one sender owns a notification; longer than a send may take. */
export const SENDING_LEASE_MS = 60_000

/** Tries in all: four down the ladder, two from the database, and the last. */
export const MAX_ATTEMPTS = 7

const REPAIR_AFTER_MS = 15 * 60_000

/**
 * When a Queued notification that nobody has taken is announced again: 15 minutes after its last announcement, then
 * doubling. Its message should be in a queue; this is for the case that it was lost.
 */
export function announceAgainAt(announcements: number, machineNow: Date): Date {
  return new Date(machineNow.getTime() + REPAIR_AFTER_MS * 2 ** Math.min(announcements - 1, 10))
}

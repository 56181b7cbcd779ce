import { durationMs } from '../duration.ts'
import { isOpen } from './status.ts'
import { remindersOf, type TaskRow } from './task.ts'

type Wakeable = Pick<TaskRow, 'status' | 'due_at' | 'remind_before' | 'fired_until' | 'deadline_passed_at' | 'deleted_at'>

/**
 * The next instant at which time alone must change this task, or null: the earliest reminder after `fired_until`, or
 * `due_at` while it has not passed. A stopped clock (OnHold, ended, deleted) never wakes. May lie in the past, when the
 * task was on hold meanwhile: then it is due at once.
 */
export function nextWake(row: Wakeable): Date | null {
  if (!isOpen(row.status) || row.deleted_at !== null || row.due_at === null || row.deadline_passed_at !== null) return null
  const waiting = remindersAt(row).filter(({ at }) => at > row.fired_until.getTime())
  return new Date(Math.min(row.due_at.getTime(), ...waiting.map(({ at }) => at)))
}

export type DueWake = { action: 'deadline_approaching'; reminders: string[] } | { action: 'deadline_passed' }

/**
 * What is due on this task at `now`, or null. All reminders due together are one change; a reminder that is still
 * waiting when the deadline itself has come is no longer news.
 */
export function dueWake(row: Wakeable, now: Date): DueWake | null {
  const wake = nextWake(row)
  if (wake === null || wake > now || row.due_at === null) return null
  if (row.due_at <= now) return { action: 'deadline_passed' }
  const due = remindersAt(row).filter(({ at }) => at > row.fired_until.getTime() && at <= now.getTime())
  return { action: 'deadline_approaching', reminders: due.map(({ before }) => before) }
}

/** The reminders with their instants, those at or after the deadline left out. */
function remindersAt(row: Wakeable) {
  const due = row.due_at?.getTime() ?? Number.NaN
  return remindersOf(row)
    .map((before) => ({ before, at: due - (durationMs(before) ?? 0) }))
    .filter(({ at }) => at < due)
}

import { announceDueNotifications } from '@lifeline/backbone/db/notifications/announce-notifications'
import type { Db } from '@lifeline/backbone/db/schema'
import { listDueTasks, wakeTasks } from '@lifeline/backbone/db/tasks/wake-tasks'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Log } from '@lifeline/backbone/process/log'
import { counter, histogram } from '@lifeline/backbone/process/metrics'

const deadlinesPassed = counter('task_deadlines_passed_total', 'Deadlines that passed while their task was open.')
const remindersFired = counter('task_reminders_fired_total', 'Wakes that reminded somebody of a deadline.')
const reannounced = counter(
  'notifications_announced_again_total',
  'Notifications whose wait was over, or whose message or sender was lost.',
)
const lag = histogram(
  'task_wake_lag_seconds',
  'How much later than its instant a wake was handled.',
  [],
  [0.1, 0.5, 1, 2, 5, 10, 60, 600, 3_600],
)

/** Rows handled in one transaction. */
const BATCH = 200

export interface TickOptions {
  db: Db
  /** Tasks live in domain time; notifications in machine time. */
  clock: Clock
  log: Log
  onWrite: () => void
}

/** Does what is due now, a batch of each kind. Answers whether there may be more. Any number of clocks may tick at once. */
export async function tick({ db, clock, log, onWrite }: TickOptions): Promise<boolean> {
  const now = clock.now()
  const due = await listDueTasks(db, now, BATCH)
  if (due.length > 0) {
    const outcomes = await wakeTasks(db, due, now, log)
    onWrite()
    for (const outcome of outcomes) {
      if (outcome.kind !== 'changed') continue
      lag.observe((now.getTime() - (outcome.before.wake_at ?? now).getTime()) / 1_000)
      if (outcome.before.deadline_passed_at === null && outcome.task.deadline_passed_at !== null) deadlinesPassed.inc()
      else remindersFired.inc()
    }
  }
  const announced = await announceDueNotifications(db, new Date(), BATCH)
  if (announced > 0) {
    reannounced.inc(announced)
    onWrite()
  }
  return due.length === BATCH || announced === BATCH
}

import type { Writer } from '@lifeline/backbone/db/group-commit'
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

/** Rows of a kind that one tick handles: enough for several shared transactions side by side. */
const BATCH = 1_000
/** When several clocks are at work, each takes one part of so many times a batch; two seldom take the same. */
const PARTS = 4

export interface TickOptions {
  db: Db
  writer: Writer
  /** Tasks live in domain time; notifications in machine time. */
  clock: Clock
  log: Log
}

/** Does what is due now, a batch of each kind. Answers whether there may be more. Any number of clocks may tick at once. */
export async function tick(options: TickOptions): Promise<boolean> {
  const moreTasks = await wakeDueTasks(options)
  const announced = await announceDueNotifications(options.db, options.writer, new Date(), BATCH)
  reannounced.inc(announced)
  return moreTasks || announced === BATCH
}

/** Clocks that have met another one at the same rows. */
const crowded = new WeakSet<Writer>()

async function wakeDueTasks({ db, writer, clock, log }: TickOptions): Promise<boolean> {
  const now = clock.now()
  const due = await listDueTasks(db, now, crowded.has(writer) ? PARTS * BATCH : BATCH)
  if (due.length === 0) return false
  const own = partOf(due)
  const outcomes = await wakeTasks({ db, writer, log }, own, now)
  let changed = 0
  for (const outcome of outcomes) {
    if (outcome.kind !== 'changed') continue
    changed++
    lag.observe((now.getTime() - (outcome.before.wake_at ?? now).getTime()) / 1_000)
    if (outcome.before.deadline_passed_at === null && outcome.task.deadline_passed_at !== null) deadlinesPassed.inc()
    else remindersFired.inc()
  }
  if (changed < own.length / 2) crowded.add(writer)
  else crowded.delete(writer)
  return due.length >= BATCH
}

function partOf(due: readonly string[]): readonly string[] {
  const start = Math.floor(Math.random() * Math.ceil(due.length / BATCH)) * BATCH
  return due.slice(start, start + BATCH)
}

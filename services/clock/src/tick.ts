import type { Writer } from '@lifeline/backbone/db/group-commit'
import { incidentWakes } from '@lifeline/backbone/db/incidents/incident-wakes'
import { windowWakes } from '@lifeline/backbone/db/maintenance/window-wakes'
import { announceDueNotifications } from '@lifeline/backbone/db/notifications/announce-notifications'
import { reportWakes } from '@lifeline/backbone/db/reports/report-wakes'
import { schedulerWakes } from '@lifeline/backbone/db/schedulers/scheduler-wakes'
import type { Db } from '@lifeline/backbone/db/schema'
import { taskWakes } from '@lifeline/backbone/db/tasks/task-wakes'
import { earliestWakes, listDue, type WakingKind, wakeRows } from '@lifeline/backbone/db/wake-rows'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Log } from '@lifeline/backbone/process/log'
import { counter, histogram } from '@lifeline/backbone/process/metrics'

/** Everything with a `wake_at` in domain time. A new kind adds a line here. */
export const WAKING_KINDS: readonly WakingKind[] = [taskWakes, schedulerWakes, incidentWakes, windowWakes, reportWakes]

const happened = counter('wakes_handled_total', 'What time alone has done: deadlines, reminders, silence, escalations.', ['kind', 'action'])
const reannounced = counter(
  'notifications_announced_again_total',
  'Notifications whose wait was over, or whose message or sender was lost.',
)
const lag = histogram(
  'wake_lag_seconds',
  'How much later than its instant a wake was handled.',
  ['kind'],
  [0.1, 0.5, 1, 2, 5, 10, 60, 600, 3_600],
)

/** Rows of a kind that one tick handles: enough for several shared transactions side by side. */
const BATCH = 1_000
/** When several clocks are at work, each takes one part of so many times a batch; two seldom take the same. */
const PARTS = 4

export interface TickOptions {
  db: Db
  writer: Writer
  /** Tasks and schedulers live in domain time; notifications in machine time. */
  clock: Clock
  log: Log
}

/**
 * Does what is due now, a batch of each kind. Answers whether there may be more. Any number of clocks may tick at once. One
 * statement asks all kinds; only one of which something is due costs more.
 */
export async function tick(options: TickOptions): Promise<boolean> {
  const { db, writer, clock } = options
  const [machineNow, now] = [new Date(), clock.now()]
  const wakes = await earliestWakes(db, ['notifications', ...WAKING_KINDS.map(({ table }) => table)])
  const isDue = (at: Date | null, by: Date) => at !== null && at <= by
  const kinds = WAKING_KINDS.filter(({ table }) => isDue(wakes[table], now))
  const announcing = isDue(wakes.notifications, machineNow) ? announceDueNotifications(db, writer, machineNow, BATCH) : 0
  const [announced, ...more] = await Promise.all([announcing, ...kinds.map((kind) => wakeDue(options, kind, now))])
  reannounced.inc(announced)
  return more.includes(true) || announced === BATCH
}

/** Clocks that have met another one at the same rows, with the kinds of these. */
const crowded = new WeakMap<Writer, Set<WakingKind>>()

async function wakeDue({ db, writer, log }: TickOptions, kind: WakingKind, now: Date): Promise<boolean> {
  const met = crowded.get(writer) ?? new Set()
  crowded.set(writer, met)
  const due = await listDue(db, kind.table, now, met.has(kind) ? PARTS * BATCH : BATCH)
  if (due.length === 0) return false
  const own = partOf(due)
  const woken = await wakeRows({ db, writer, log }, kind, own, now)
  const changed = woken.filter(({ actions }) => actions.length > 0)
  for (const { actions, wokenAt } of changed) {
    lag.observe({ kind: kind.name }, (now.getTime() - (wokenAt ?? now).getTime()) / 1_000)
    for (const action of actions) happened.inc({ kind: kind.name, action })
  }
  if (changed.length < own.length / 2) met.add(kind)
  else met.delete(kind)
  return due.length >= BATCH
}

function partOf(due: readonly string[]): readonly string[] {
  const start = Math.floor(Math.random() * Math.ceil(due.length / BATCH)) * BATCH
  return due.slice(start, start + BATCH)
}

import { pruneSentNotifications } from '@lifeline/backbone/db/notifications/prune-notifications'
import { prunePings, pruneRuns, pruneSchedulerLogs } from '@lifeline/backbone/db/schedulers/prune'
import type { Db } from '@lifeline/backbone/db/schema'

const DAY_MS = 86_400_000
const BATCH = 1_000

/**
 * How long rows are kept that nobody needs for ever; everything not listed is kept. Deliveries go at their ack. A prune
 * deletes at most `limit` rows in its transaction and answers how many: one huge delete would stop everybody else.
 */
const RETENTION: { what: string; keepMs: number; prune: (db: Db, before: Date, limit: number) => Promise<number> }[] = [
  { what: 'sent notifications', keepMs: 90 * DAY_MS, prune: pruneSentNotifications },
  // Beside this only the newest hundred of each scheduler are kept.
  { what: 'pings', keepMs: 31 * DAY_MS, prune: prunePings },
  { what: 'runs of schedulers', keepMs: 400 * DAY_MS, prune: pruneRuns },
  { what: 'logs of schedulers', keepMs: 400 * DAY_MS, prune: pruneSchedulerLogs },
]

/** Deletes one batch of what is too old, in machine time. Answers whether there may be more. */
export async function pruneOnce(db: Db, machineNow: Date): Promise<boolean> {
  let more = false
  for (const { keepMs, prune } of RETENTION) {
    const deleted = await prune(db, new Date(machineNow.getTime() - keepMs), BATCH)
    more ||= deleted === BATCH
  }
  return more
}

import { type Aging, pruneOld } from '@lifeline/backbone/db/prune-old'
import type { Db } from '@lifeline/backbone/db/schema'
import { IDLE_MS } from '@lifeline/backbone/db/sessions/session'

const DAY_MS = 86_400_000
const BATCH = 1_000

/**
 * How long rows are kept that nobody needs for ever; everything not listed is kept. Deliveries go at their ack. At most
 * BATCH rows go in a transaction: one huge delete would stop everybody else.
 */
const RETENTION: readonly (Aging & { keepMs: number })[] = [
  { table: 'notifications', key: ['id'], at: 'sent_at', keepMs: 90 * DAY_MS },
  { table: 'idempotency_keys', key: ['id'], at: 'created_at', keepMs: DAY_MS },
  { table: 'alert_folds', key: ['id'], at: 'told_at', keepMs: DAY_MS },
  { table: 'rate_counts', key: ['id'], at: 'window_at', keepMs: 10 * 60_000 },
  // A session that was not renewed for so long is over.
  { table: 'refresh_tokens', key: ['hash'], at: 'created_at', keepMs: IDLE_MS },
  // Beside this only the newest hundred of each scheduler are kept.
  { table: 'scheduler_pings', key: ['scheduler_id', 'number'], at: 'at', keepMs: 31 * DAY_MS },
  { table: 'scheduler_runs', key: ['scheduler_id', 'number'], at: 'ended_at', keepMs: 400 * DAY_MS },
  { table: 'scheduler_logs', key: ['scheduler_id', 'version'], at: 'at', keepMs: 400 * DAY_MS },
  // Before the incidents themselves, so that no log is left alone for long.
  { table: 'incident_logs', key: ['incident_id', 'version'], at: 'at', keepMs: 400 * DAY_MS },
  { table: 'incidents', key: ['id'], at: 'resolved_at', keepMs: 400 * DAY_MS },
  // One every few minutes of each night.
  { table: 'report_logs', key: ['report_id', 'version'], at: 'at', keepMs: 31 * DAY_MS },
]

/** Deletes one batch of what is too old, in machine time. Answers whether there may be more. */
export async function pruneOnce(db: Db, machineNow: Date): Promise<boolean> {
  let more = false
  for (const { keepMs, ...aging } of RETENTION) {
    const deleted = await pruneOld(db, aging, new Date(machineNow.getTime() - keepMs), BATCH)
    more ||= deleted === BATCH
  }
  return more
}

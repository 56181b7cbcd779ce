import { pruneAnswers } from '@lifeline/backbone/db/idempotency/prune-answers'
import { pruneIncidentLogs, pruneIncidents } from '@lifeline/backbone/db/incidents/prune'
import { pruneFolds } from '@lifeline/backbone/db/notifications/fold-alerts'
import { pruneSentNotifications } from '@lifeline/backbone/db/notifications/prune-notifications'
import { pruneCounts } from '@lifeline/backbone/db/rate-counts/prune-counts'
import { prunePings, pruneRuns, pruneSchedulerLogs } from '@lifeline/backbone/db/schedulers/prune'
import type { Db } from '@lifeline/backbone/db/schema'
import { pruneRefreshTokens } from '@lifeline/backbone/db/sessions/prune-tokens'
import { IDLE_MS } from '@lifeline/backbone/db/sessions/session'

const DAY_MS = 86_400_000
const BATCH = 1_000

/**
 * How long rows are kept that nobody needs for ever; everything not listed is kept. Deliveries go at their ack. A prune
 * deletes at most `limit` rows in its transaction and answers how many: one huge delete would stop everybody else.
 */
const RETENTION: { what: string; keepMs: number; prune: (db: Db, before: Date, limit: number) => Promise<number> }[] = [
  { what: 'sent notifications', keepMs: 90 * DAY_MS, prune: pruneSentNotifications },
  { what: 'answers of idempotency keys', keepMs: DAY_MS, prune: pruneAnswers },
  { what: 'folds of alerts', keepMs: DAY_MS, prune: pruneFolds },
  { what: 'rate counts', keepMs: 10 * 60_000, prune: pruneCounts },
  // A session that was not renewed for so long is over.
  { what: 'refresh tokens', keepMs: IDLE_MS, prune: pruneRefreshTokens },
  // Beside this only the newest hundred of each scheduler are kept.
  { what: 'pings', keepMs: 31 * DAY_MS, prune: prunePings },
  { what: 'runs of schedulers', keepMs: 400 * DAY_MS, prune: pruneRuns },
  { what: 'logs of schedulers', keepMs: 400 * DAY_MS, prune: pruneSchedulerLogs },
  // Before the incidents themselves, so that no log is left alone for long.
  { what: 'logs of incidents', keepMs: 400 * DAY_MS, prune: pruneIncidentLogs },
  { what: 'resolved incidents', keepMs: 400 * DAY_MS, prune: pruneIncidents },
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

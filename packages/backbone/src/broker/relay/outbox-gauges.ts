import client from '@prometheus-io/client'
import { countWaitingMessages, oldestMessage } from '../../db/outbox/backlog.ts'
import type { Db } from '../../db/schema.ts'
import { registry } from '../../process/metrics.ts'

/** One a process; tests have several. */
const outboxes = new Set<Db>()

gauge('outbox_waiting', 'Messages that no broker has yet, not counted beyond 10,000. The same in every process.', countWaitingMessages)
gauge('outbox_oldest_seconds', 'For how long the next message of the outbox has waited.', async (db) => {
  const oldest = await oldestMessage(db)
  return oldest === undefined ? 0 : Math.max(0, Date.now() - oldest.getTime()) / 1_000
})

function gauge(name: string, help: string, ask: (db: Db) => Promise<number>) {
  new client.Gauge({
    name,
    help,
    registers: [registry],
    // A database that is away must not take all other metrics with it; the last value stays.
    async collect() {
      const values = await Promise.all([...outboxes].map(ask)).catch(() => undefined)
      if (values !== undefined) this.set(Math.max(0, ...values))
    },
  })
}

/** Shows an outbox on /metrics. Call what it answers before the database is closed. */
export function measureOutbox(db: Db): () => void {
  outboxes.add(db)
  return () => void outboxes.delete(db)
}

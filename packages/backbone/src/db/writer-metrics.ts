import client from '@prometheus-io/client'
import { histogram, registry } from '../process/metrics.ts'

const sizes = histogram('write_batch_size', 'Operations that shared a transaction.', [], [1, 2, 5, 10, 20, 50, 100, 200])
const waits = histogram('write_wait_seconds', 'How long the longest waiting operation of a transaction waited for it to start.')

interface Measured {
  /** Operations that wait or are in flight. */
  waiting(): number
  /** Transactions. */
  inFlight(): number
}

/** The writer of this process; the newest, when tests make several. */
let measured: Measured | undefined

new client.Gauge({
  name: 'writes_waiting',
  help: 'Operations that wait for their transaction, or for its end.',
  registers: [registry],
  collect() {
    this.set(measured?.waiting() ?? 0)
  },
})
new client.Gauge({
  name: 'write_transactions_in_flight',
  help: 'Transactions of the writer that are under way.',
  registers: [registry],
  collect() {
    this.set(measured?.inFlight() ?? 0)
  },
})

export function measureWriter(writer: Measured): void {
  measured = writer
}

export function observeBatch(operations: number, waitedMs: number): void {
  sizes.observe(operations)
  waits.observe(waitedMs / 1_000)
}

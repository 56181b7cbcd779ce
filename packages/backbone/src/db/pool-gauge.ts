import client from '@prometheus-io/client'
import { registry } from '../process/metrics.ts'
import type { PoolCounts, PooledDialect } from './dialect/pool-counts.ts'

const STATES = ['used', 'idle', 'waiting'] as const satisfies readonly (keyof PoolCounts)[]

/** Weak, because nobody says when a database is closed; then its pool counts nothing any more. */
const pools = new Set<WeakRef<PooledDialect>>()

new client.Gauge({
  name: 'db_connections',
  help: 'Connections to the database that are used or idle, and callers waiting for one.',
  labelNames: ['state'],
  registers: [registry],
  collect() {
    const counts = [...pools].flatMap((pool) => pool.deref()?.poolCounts() ?? [])
    for (const state of STATES)
      this.set(
        { state },
        counts.reduce((sum, count) => sum + count[state], 0),
      )
  },
})

/** Shows the pool on /metrics. */
export function measurePool(dialect: PooledDialect): void {
  for (const pool of pools) if (pool.deref() === undefined) pools.delete(pool)
  pools.add(new WeakRef(dialect))
}

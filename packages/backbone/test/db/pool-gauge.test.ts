import { openDatabase } from '@lifeline/backbone/db/open'
import { registry } from '@lifeline/backbone/process/metrics'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import { sql } from 'kysely'
import t from 'tap'

t.test('postgres: /metrics shows the connections of the pool, and who waits for one', async (t) => {
  const db = await openDatabase(await freshDatabaseUrl(t, 'postgres'), { connections: 2 })
  t.after(() => db.destroy())
  const shown = async () => {
    const metrics = await registry.metrics()
    return Object.fromEntries(
      [...metrics.matchAll(/^db_connections\{state="(\w+)"\} (\d+)$/gm)].map(([, state, count]) => [state, Number(count)]),
    )
  }
  t.strictSame(await shown(), { used: 0, idle: 0, waiting: 0 })
  const held = Promise.withResolvers<void>()
  const holding = [1, 2].map(() => Promise.withResolvers<void>())
  const holders = holding.map(({ resolve }) =>
    db.connection().execute(async () => {
      resolve()
      await held.promise
    }),
  )
  await Promise.all(holding.map(({ promise }) => promise))
  const waiter = sql`select 1`.execute(db)
  await new Promise((resolve) => setImmediate(resolve))
  t.strictSame(await shown(), { used: 2, idle: 0, waiting: 1 })
  held.resolve()
  await Promise.all([...holders, waiter])
  t.strictSame(await shown(), { used: 0, idle: 2, waiting: 0 })
})

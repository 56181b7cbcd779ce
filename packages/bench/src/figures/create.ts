import type { Bench } from '../bench.ts'
import { countRows, emptyOutbox, watchDatabase } from '../databases.ts'
import type { Comparison, Figure, Side } from '../figure.ts'
import { oursAtMost, ratioAtLeast } from '../goal.ts'
import { pgbenchSide } from '../pgbench/pgbench-side.ts'
import { sampleRows } from '../pgbench/sample-rows.ts'
import { createInOneStatement, createInTransaction } from '../pgbench/scripts.ts'
import { purgeQueues } from '../purge-queues.ts'
import { API_KEY, startApi, startService } from '../services.ts'

export const CONNECTIONS = [1, 16, 64, 256]
const WINDOW = { warmUpMs: 300, windowMs: 2_000 }
/** A process that has just started compiles its code for a while. */
const FIRST_WINDOW = { warmUpMs: 0, windowMs: 2_500 }

export const GROUP_COMMIT_OFF = { WRITE_BATCH: '1', WRITE_TRANSACTIONS: '10' }

/** `POST /tasks`: with group commit and without, beside pgbench's inserts of the same rows, and beside no database at all. */
export const create: Figure = {
  name: 'create',
  async prepare(bench) {
    const api = await apiSides(bench, 'api', {})
    const off = await apiSides(bench, 'group commit off', GROUP_COMMIT_OFF)
    const beside64 = [await noDatabaseSide(bench), ...(await pgbenchSides(bench))]
    return { sides: beside(api, off, beside64), comparisons: comparisons() }
  },
}

/** What is compared is measured one after the other, so that both have the same weather. */
function beside(api: Side[], off: Side[], beside64: Side[]): Side[] {
  return CONNECTIONS.flatMap((connections, i) => [...api.slice(i, i + 1), ...off.slice(i, i + 1), ...(connections === 64 ? beside64 : [])])
}

/** The API on a database and a virtual host of its own, at each number of connections. */
async function apiSides(bench: Bench, name: string, env: Record<string, string>): Promise<Side[]> {
  const [databaseUrl, brokerUrl] = [await bench.databases.empty(), await bench.vhost()]
  const db = await watchDatabase(bench.scope, databaseUrl)
  const { url } = await startApi(bench, { DATABASE_URL: databaseUrl, BROKER_URL: brokerUrl, ...env })

  async function measure(connections: number, window = WINDOW) {
    const before = await countRows(db, 'tasks')
    const { answered, perSecond, p50, p99 } = await bench.load.drive({
      url,
      connections,
      status: 201,
      requests: { kind: 'create' },
      ...window,
    })
    const waiting = await countRows(db, 'outbox')
    const added = (await countRows(db, 'tasks')) - before
    if (added !== answered) throw new Error(`${answered} requests were answered 201, and there are ${added} more tasks.`)
    // What the relay has not published yet must not take the cores from the next side.
    await emptyOutbox(db)
    await purgeQueues(brokerUrl)
    return { 'requests/s': perSecond, 'p50 ms': p50, 'p99 ms': p99, 'published %': (100 * (answered - waiting)) / answered }
  }
  await measure(64, FIRST_WINDOW)
  return CONNECTIONS.map((connections) => ({ name: `${name} at ${connections}`, measure: () => measure(connections) }))
}

async function noDatabaseSide(bench: Bench): Promise<Side> {
  const { url } = await startService(bench, 'packages/bench/src/no-database-api.ts', { LIFELINE_API_KEY: API_KEY })
  const drive = (window = WINDOW) => bench.load.drive({ url, connections: 64, status: 201, requests: { kind: 'create' }, ...window })
  await drive(FIRST_WINDOW)
  return {
    name: 'no database',
    async measure() {
      const { perSecond, p50, p99 } = await drive()
      return { 'requests/s': perSecond, 'p50 ms': p50, 'p99 ms': p99 }
    },
  }
}

async function pgbenchSides(bench: Bench): Promise<Side[]> {
  const url = await bench.databases.empty()
  const db = await watchDatabase(bench.scope, url)
  const { created } = await sampleRows(bench, url, db)
  const common = { url, db, table: 'tasks' } as const
  return [
    await pgbenchSide(bench, { ...common, name: 'pgbench transaction', scriptFor: () => createInTransaction(created) }),
    await pgbenchSide(bench, { ...common, name: 'pgbench CTE', scriptFor: () => createInOneStatement(created) }),
  ]
}

function comparisons(): Comparison[] {
  const speed = (connections: number) => `api at ${connections}: requests/s`
  return [
    {
      name: "requests/s at 64, beside pgbench's transaction",
      unit: '/s',
      ours: speed(64),
      peer: 'pgbench transaction: /s',
      goal: ratioAtLeast(2),
    },
    { name: "requests/s at 64, beside pgbench's one CTE", unit: '/s', ours: speed(64), peer: 'pgbench CTE: /s', goal: ratioAtLeast(1.1) },
    {
      name: 'requests/s at 64, beside the route without a database',
      unit: '/s',
      ours: speed(64),
      peer: 'no database: requests/s',
      goal: ratioAtLeast(0.65),
    },
    ...CONNECTIONS.map((connections): Comparison => {
      const goal = { 1: ratioAtLeast(1), 64: ratioAtLeast(6) }[connections]
      const peer = `group commit off at ${connections}: requests/s`
      return {
        name: `requests/s at ${connections}, beside group commit off`,
        unit: '/s',
        ours: speed(connections),
        peer,
        ...(goal && { goal }),
      }
    }),
    ...CONNECTIONS.flatMap((connections): Comparison[] => [
      {
        name: `p50 at ${connections}, beside group commit off`,
        unit: 'ms',
        ours: `api at ${connections}: p50 ms`,
        peer: `group commit off at ${connections}: p50 ms`,
      },
      {
        name: `p99 at ${connections}, beside group commit off`,
        unit: 'ms',
        ours: `api at ${connections}: p99 ms`,
        peer: `group commit off at ${connections}: p99 ms`,
        ...(connections === 64 && { goal: oursAtMost(25) }),
      },
    ]),
    { name: 'events published by the end of the window, at 64', unit: '%', ours: 'api at 64: published %' },
  ]
}

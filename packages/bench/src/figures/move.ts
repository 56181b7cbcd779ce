import { sql } from 'kysely'
import type { Bench } from '../bench.ts'
import { countRows, emptyOutbox, watchDatabase } from '../databases.ts'
import type { Comparison, Figure, Side } from '../figure.ts'
import { ratioAtLeast } from '../goal.ts'
import { pgbenchSide } from '../pgbench/pgbench-side.ts'
import { type SampleRows, sampleRows } from '../pgbench/sample-rows.ts'
import { moveInOneStatement, numberedTasks } from '../pgbench/scripts.ts'
import { purgeQueues } from '../purge-queues.ts'
import { startApi } from '../services.ts'
import { CONNECTIONS, GROUP_COMMIT_OFF } from './create.ts'

const TASKS = 20_480
const WINDOW = { warmUpMs: 300, windowMs: 2_000 }
const FIRST_WINDOW = { warmUpMs: 0, windowMs: 2_500 }

/** `PATCH /tasks/:id/status` on many tasks: with group commit and without, beside pgbench's move in one statement. */
export const move: Figure = {
  name: 'move',
  async prepare(bench) {
    const url = await bench.databases.empty()
    const db = await watchDatabase(bench.scope, url)
    const { moved, created } = await sampleRows(bench, url, db)
    await addTasks(db, created)
    const scriptFor = (clients: number) => moveInOneStatement(moved, Math.floor(TASKS / clients))
    const pgbench = await pgbenchSide(bench, { name: 'pgbench', url, db, table: 'task_logs', scriptFor })
    const api = await apiSides(bench, 'api', created, {})
    const off = await apiSides(bench, 'group commit off', created, GROUP_COMMIT_OFF)
    const sides = CONNECTIONS.flatMap((connections, i) => [
      ...api.slice(i, i + 1),
      ...(connections === 64 ? [pgbench] : []),
      ...off.slice(i, i + 1),
    ])
    return { sides, comparisons: comparisons() }
  },
}

type Db = Awaited<ReturnType<typeof watchDatabase>>

async function addTasks(db: Db, created: SampleRows): Promise<void> {
  for (const statement of numberedTasks(created, TASKS)) await sql.raw(statement).execute(db)
}

async function apiSides(bench: Bench, name: string, created: SampleRows, env: Record<string, string>): Promise<Side[]> {
  const [databaseUrl, brokerUrl] = [await bench.databases.empty(), await bench.vhost()]
  const db = await watchDatabase(bench.scope, databaseUrl)
  await addTasks(db, created)
  const { url } = await startApi(bench, { DATABASE_URL: databaseUrl, BROKER_URL: brokerUrl, ...env })

  async function measure(connections: number, window = WINDOW) {
    const tasks = await db.selectFrom('tasks').select(['id', 'status']).execute()
    const before = await countRows(db, 'task_logs')
    const spec = { url, connections, status: 200, requests: { kind: 'move', tasks }, ...window } as const
    const { answered, perSecond, p50, p99 } = await bench.load.drive(spec)
    const added = (await countRows(db, 'task_logs')) - before
    if (added !== answered) throw new Error(`${answered} requests were answered 200, and there are ${added} more log rows.`)
    await emptyOutbox(db)
    await purgeQueues(brokerUrl)
    return { 'requests/s': perSecond, 'p50 ms': p50, 'p99 ms': p99 }
  }
  await measure(64, FIRST_WINDOW)
  return CONNECTIONS.map((connections) => ({ name: `${name} at ${connections}`, measure: () => measure(connections) }))
}

function comparisons(): Comparison[] {
  return [
    {
      name: "requests/s at 64, beside pgbench's one CTE",
      unit: '/s',
      ours: 'api at 64: requests/s',
      peer: 'pgbench: /s',
      goal: ratioAtLeast(1.2),
    },
    ...[
      { value: 'requests/s', unit: '/s' },
      { value: 'p50 ms', unit: 'ms' },
      { value: 'p99 ms', unit: 'ms' },
    ].flatMap(({ value, unit }) =>
      CONNECTIONS.map((connections) => ({
        name: `${value.replace(' ms', '')} at ${connections}, beside group commit off`,
        unit,
        ours: `api at ${connections}: ${value}`,
        peer: `group commit off at ${connections}: ${value}`,
      })),
    ),
  ]
}

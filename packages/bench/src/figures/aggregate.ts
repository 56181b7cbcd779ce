import type { Db } from '@lifeline/backbone/db/schema'
import { sql } from 'kysely'
import type { Bench } from '../bench.ts'
import { watchDatabase } from '../databases.ts'
import type { Figure, Side } from '../figure.ts'
import { oursAtMost } from '../goal.ts'
import { median } from '../quantile.ts'
import { API_KEY, startApi, startService } from '../services.ts'

const TASKS = 1_000_000
/** Each grouping, and its SQL. */
const GROUPINGS = { status: 'status', assignee: 'assignee', day: `date_trunc('day', created_at, 'UTC')` }
const WINDOW = { warmUpMs: 200, windowMs: 2_000 }
const PLAIN_RUNS = 3

/** `GET /tasks/metrics/aggregate` over a million tasks, beside the same totals by plain SQL. */
export const aggregate: Figure = {
  name: 'aggregate',
  async prepare(bench) {
    bench.say('aggregate: filling 1 M tasks')
    const databaseUrl = await bench.databases.filled(TASKS)
    const db = await watchDatabase(bench.scope, databaseUrl)
    const env = { DATABASE_URL: databaseUrl, BROKER_URL: await bench.vhost() }
    const { url } = await startApi(bench, env)
    await startService(bench, 'services/clock/src/main.ts', env)
    const groupings = Object.entries(GROUPINGS)
    return {
      sides: groupings.flatMap(([groupBy, column]) => [endpointSide(bench, url, db, groupBy), plainSide(db, groupBy, column)]),
      comparisons: groupings.map(([groupBy]) => ({
        name: `by ${groupBy}, beside plain SQL`,
        unit: 'ms',
        ours: `by ${groupBy}: ms`,
        peer: `plain SQL by ${groupBy}: ms`,
        goal: oursAtMost(100),
      })),
    }
  },
}

function endpointSide(bench: Bench, url: string, db: Db, groupBy: string): Side {
  const path = `/tasks/metrics/aggregate?groupBy=${groupBy}`
  return {
    name: `by ${groupBy}`,
    async measure() {
      const requests = { kind: 'get', paths: [path] } as const
      const { p50 } = await bench.load.drive({ url, connections: 1, status: 200, requests, ...WINDOW })
      await expectSameTotals(url + path, db)
      return { ms: p50 }
    },
  }
}

async function expectSameTotals(url: string, db: Db): Promise<void> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${API_KEY}` } })
  const { total } = (await response.json()) as { total: { tasks: number; completed: number } }
  const { rows } = await sql<{ tasks: number; completed: number }>`
    select count(*) as tasks, count(*) filter (where status = 'Completed') as completed from tasks where deleted_at is null`.execute(db)
  const [plain] = rows
  if (total.tasks !== plain?.tasks || total.completed !== plain.completed) {
    throw new Error(`The endpoint says ${JSON.stringify(total)}, plain SQL ${JSON.stringify(plain)}.`)
  }
}

function plainSide(db: Db, groupBy: string, column: string): Side {
  const query = sql`
    select ${sql.raw(column)} as key, count(*) as tasks, count(*) filter (where status = 'Completed') as completed,
      count(*) filter (where deadline_passed_at is not null and status in ('Pending', 'InProgress')) as overdue,
      count(due_at) as with_deadline, count(deadline_passed_at) as breached, avg(extract(epoch from completed_at - created_at)) as lead
    from tasks where deleted_at is null group by 1 order by 2 desc limit 201`
  return {
    name: `plain SQL by ${groupBy}`,
    async measure() {
      const times: number[] = []
      for (let run = 0; run < PLAIN_RUNS; run++) {
        const startedAt = performance.now()
        await query.execute(db)
        times.push(performance.now() - startedAt)
      }
      return { ms: median(times) }
    },
  }
}

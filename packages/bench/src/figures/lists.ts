import type { Db } from '@lifeline/backbone/db/schema'
import { sql } from 'kysely'
import type { Bench } from '../bench.ts'
import { watchDatabase } from '../databases.ts'
import type { Comparison, Figure, Side } from '../figure.ts'
import { ratioAtMost } from '../goal.ts'
import { API_KEY, startApi } from '../services.ts'

const TASKS = 1_000_000
const LIMIT = 50
const DEEP_PAGE = 10_000
const WINDOW = { warmUpMs: 200, windowMs: 1_500 }
/** Numbered pages end at 10,000 tasks. */
const LAST_NUMBERED = 10_000 / LIMIT

/** `GET /tasks` of a million: the first page and the ten-thousandth (or the last full one) by cursor, and numbered pages. */
export const lists: Figure = {
  name: 'lists',
  async prepare(bench) {
    bench.say('lists: filling 1 M tasks')
    const databaseUrl = await bench.databases.filled(TASKS)
    const db = await watchDatabase(bench.scope, databaseUrl)
    const { url } = await startApi(bench, { DATABASE_URL: databaseUrl, BROKER_URL: await bench.vhost() })
    const sides: Side[] = []
    const comparisons: Comparison[] = []
    for (const { name, query, where } of await filters(db)) {
      const first = `/tasks?limit=${LIMIT}${query}`
      const deep = await deepPage(url, db, first, where)
      sides.push(pageSide(bench, url, `first, ${name}`, first), pageSide(bench, url, `deep, ${name}`, deep.path))
      comparisons.push({
        name: `page ${deep.page.toLocaleString('en')} beside the first, ${name}`,
        unit: 'ms',
        ours: `deep, ${name}: ms`,
        peer: `first, ${name}: ms`,
        goal: ratioAtMost(1.2),
      })
    }
    const numbered = (page: number) => `/tasks?page=${page}&pageSize=${LIMIT}`
    sides.push(pageSide(bench, url, 'first number', numbered(1)), pageSide(bench, url, 'last number', numbered(LAST_NUMBERED)))
    const name = `page=${LAST_NUMBERED} beside page=1, pageSize=${LIMIT}, with its total`
    comparisons.push({ name, unit: 'ms', ours: 'last number: ms', peer: 'first number: ms' })
    return { sides, comparisons }
  },
}

async function filters(db: Db) {
  const { rows } = await sql<{ assignee: string }>`select assignee from tasks group by assignee order by count(*) desc limit 1`.execute(db)
  const busiest = rows[0]?.assignee ?? ''
  return [
    { name: 'all tasks', query: '', where: sql<boolean>`true` },
    { name: 'by assignee', query: `&assignee=${encodeURIComponent(busiest)}`, where: sql<boolean>`assignee = ${busiest}` },
    { name: 'by status', query: '&status=Pending', where: sql<boolean>`status = 'Pending'` },
  ]
}

/**
 * The ten-thousandth page, or the last full one. Following ten thousand cursors would take a while, so the cursor is made
 * from the first one: it holds the key of the last task before the page, and a hash of the filters.
 */
async function deepPage(url: string, db: Db, first: string, where: ReturnType<typeof sql<boolean>>) {
  const { rows } = await sql<{ tasks: number }>`select count(*) as tasks from tasks where deleted_at is null and ${where}`.execute(db)
  const page = Math.min(DEEP_PAGE, Math.floor((rows[0]?.tasks ?? 0) / LIMIT))
  const skipped = (page - 1) * LIMIT
  const ids = await sql<{ id: string }>`
    select id from tasks where deleted_at is null and ${where} order by id desc offset ${sql.lit(skipped - 1)} limit ${sql.lit(LIMIT + 1)}`.execute(
    db,
  )
  const [before, ...expected] = ids.rows.map(({ id }) => id)
  const { nextCursor } = await get(url + first)
  const [, hash] = JSON.parse(Buffer.from(nextCursor ?? '', 'base64url').toString())
  const path = `${first}&cursor=${Buffer.from(JSON.stringify([before, hash])).toString('base64url')}`
  const found = (await get(url + path)).items.map(({ id }) => id)
  if (found.length !== LIMIT || found.join() !== expected.join())
    throw new Error(`Page ${page} of ${first} does not hold the tasks it should.`)
  return { page, path }
}

async function get(url: string): Promise<{ items: { id: string }[]; nextCursor: string | null }> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${API_KEY}` } })
  if (!response.ok) throw new Error(`${url} was answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Awaited<ReturnType<typeof get>>
}

function pageSide(bench: Bench, url: string, name: string, path: string): Side {
  return {
    name,
    async measure() {
      const requests = { kind: 'get', paths: [path] } as const
      const { p50, p99 } = await bench.load.drive({ url, connections: 1, status: 200, requests, ...WINDOW })
      return { ms: p50, 'p99 ms': p99 }
    },
  }
}

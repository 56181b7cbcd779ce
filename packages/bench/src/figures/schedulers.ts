import type { Db } from '@lifeline/backbone/db/schema'
import { fillSchedulers } from '@lifeline/testing/fill-schedulers'
import { sql } from 'kysely'
import type { Bench } from '../bench.ts'
import { emptyOutbox, watchDatabase } from '../databases.ts'
import type { Comparison, Figure, Side } from '../figure.ts'
import { oursAtLeast, oursAtMost } from '../goal.ts'
import type { RequestSpec } from '../load/load-spec.ts'
import { startApi } from '../services.ts'

const SCHEDULERS = 100_000
const CONNECTIONS = 64
const WINDOW = { warmUpMs: 1_000, windowMs: 4_000 }
/** Of each endpoint, before the first round: a process that has just started compiles for seconds what it runs most. */
const FIRST_MS = 2_000
/** A second: what so many schedulers send that report once a minute. */
const RATE = Math.ceil(SCHEDULERS / 60)
/** Of these the paths are made: all over the table. */
const ASKED = 20_000

/**
 * Each endpoint of the first brief over HTTP, at 64 connections with 100,000 schedulers: as fast as they are answered, beside
 * the same server's route that does nothing, and at the rate that is asked of heartbeats. Heartbeats beside `POST /tasks`.
 */
export const schedulers: Figure = {
  name: 'schedulers',
  async prepare(bench) {
    const databaseUrl = await bench.databases.empty()
    const db = await watchDatabase(bench.scope, databaseUrl, 4)
    bench.say(`schedulers: filling ${SCHEDULERS}`)
    await fillSchedulers(db, SCHEDULERS, { now: new Date(), periodSeconds: 86_400 })
    const { url } = await startApi(bench, { DATABASE_URL: databaseUrl, BROKER_URL: await bench.vhost() })
    const ids = (await db.selectFrom('schedulers').select('id').execute()).map(({ id }) => id)
    const asked = Array.from({ length: ASKED }, (_, i) => ids[(i * 7_919) % ids.length] ?? '')
    const each = (path = '') => asked.map((id) => `/schedulers/${id}${path}`)
    let series = 0
    const endpoints: readonly (readonly [name: string, status: number, requests: () => RequestSpec])[] = [
      ['POST heartbeat', 200, () => ({ kind: 'send', method: 'POST', paths: each('/heartbeat'), body: {} })],
      ['PUT status', 200, () => ({ kind: 'send', method: 'PUT', paths: each('/status'), body: { status: 'Succeeded' } })],
      ['POST register', 201, () => ({ kind: 'register', series: `series ${series++}` })],
      ['GET one', 200, () => ({ kind: 'get', paths: each() })],
      ['GET list', 200, () => ({ kind: 'get', paths: ['/schedulers?limit=50', '/schedulers?status=Up', '/schedulers?tag=all'] })],
      ['GET history', 200, () => ({ kind: 'get', paths: each('/history') })],
      [FLOOR, 200, () => ({ kind: 'get', paths: ['/health/live'] })],
      ['GET ping', 200, () => ({ kind: 'get', paths: Array.from({ length: ASKED }, (_, i) => `/ping/token-${i + 1}`), bearer: '' })],
      ['POST tasks', 201, () => ({ kind: 'create' })],
    ]
    bench.say('schedulers: until the process has compiled what it runs')
    for (const [, status, requests] of endpoints)
      await bench.load.drive({ url, connections: CONNECTIONS, status, warmUpMs: 0, windowMs: FIRST_MS, requests: requests() })
    await emptyOutbox(db)
    await forgetRegistered(db)
    return {
      sides: endpoints.map(([name, status, requests]) => side(bench, db, url, name, status, requests)),
      comparisons: [...endpoints.slice(0, 6).flatMap(([name]) => latencies(name)), ...speeds],
    }
  },
}

const FLOOR = 'GET /health/live'

const latencies = (name: string): Comparison[] => [
  {
    name: `${name}, ${CONNECTIONS} connections, 100,000 schedulers, p99, beside ${FLOOR}`,
    unit: 'ms',
    ours: `${name}: p99 ms`,
    peer: `${FLOOR}: p99 ms`,
    goal: oursAtMost(25),
  },
  {
    name: `${name}, at ${RATE.toLocaleString('en')} a second, p99`,
    unit: 'ms',
    ours: `${name}: p99 ms at ${RATE}/s`,
    goal: oursAtMost(25),
  },
]

const speeds: readonly Comparison[] = [
  {
    name: 'heartbeats over HTTP, beside POST /tasks',
    unit: '/s',
    ours: 'POST heartbeat: /s',
    peer: 'POST tasks: /s',
    goal: oursAtLeast(RATE),
  },
  { name: 'pings by token, beside POST /tasks', unit: '/s', ours: 'GET ping: /s', peer: 'POST tasks: /s', goal: oursAtLeast(RATE) },
]

function side(bench: Bench, db: Db, url: string, name: string, status: number, requests: () => RequestSpec): Side {
  return {
    name,
    async measure() {
      const before = await countSignals(db)
      const load = { url, connections: CONNECTIONS, status, ...WINDOW }
      const fast = await bench.load.drive({ ...load, requests: requests() })
      const steady = await bench.load.drive({ ...load, requests: requests(), rate: RATE })
      const answered = fast.answered + steady.answered
      const counted = (await countSignals(db)) - before
      if (/heartbeat|status|ping/.test(name) && counted !== answered)
        throw new Error(`${answered} signals were answered, and ${counted} are counted.`)
      await emptyOutbox(db)
      if (name === 'POST register') await forgetRegistered(db)
      return { '/s': fast.perSecond, 'p99 ms': fast.p99, [`p99 ms at ${RATE}/s`]: steady.p99 }
    },
  }
}

/** So that all rounds are about the same schedulers: many thousands of newer ones that never reported would stand before those that do. */
async function forgetRegistered(db: Db): Promise<void> {
  const registered = () => db.selectFrom('schedulers').select('id').where('status', '=', 'New')
  await db.deleteFrom('scheduler_tags').where('scheduler_id', 'in', registered()).execute()
  await db.deleteFrom('scheduler_logs').where('scheduler_id', 'in', registered()).execute()
  await db.deleteFrom('schedulers').where('status', '=', 'New').execute()
  await sql`vacuum analyze`.execute(db)
}

async function countSignals(db: Db): Promise<number> {
  const { pings } = await db
    .selectFrom('schedulers')
    .select((eb) => eb.fn.sum<number>('pings').as('pings'))
    .executeTakeFirstOrThrow()
  return Number(pings)
}

import { makeWriter, type Writer } from '@lifeline/backbone/db/group-commit'
import { changeScheduler, signalCommand } from '@lifeline/backbone/db/schedulers/change-scheduler'
import type { Db } from '@lifeline/backbone/db/schema'
import { systemClock } from '@lifeline/backbone/process/clock'
import { makeLog } from '@lifeline/backbone/process/log'
import { runEvery } from '@lifeline/backbone/process/run-every'
import { tick } from '@lifeline/clock/tick'
import { fillSchedulers } from '@lifeline/testing/fill-schedulers'
import { sql } from 'kysely'
import type { Bench } from '../bench.ts'
import { emptyOutbox, watchDatabase } from '../databases.ts'
import type { Figure, Values } from '../figure.ts'
import { oursAtMost } from '../goal.ts'
import { quantile } from '../quantile.ts'

const SCHEDULERS = 100_000
const SILENT = 1_000
/** Their instants are spread over so long. */
const SPREAD_MS = 20_000
/** Once a minute each. */
const HEARTBEATS_PER_SECOND = Math.ceil(SCHEDULERS / 60)
const GRACE_MS = 60_000

/** How long after its instant a silent scheduler is Down for everybody, while all others report once a minute. */
export const detection: Figure = {
  name: 'detection',
  async prepare(bench) {
    const db = await watchDatabase(bench.scope, await bench.databases.empty(), 10)
    bench.say(`detection: filling ${SCHEDULERS} schedulers`)
    await fillSchedulers(db, SCHEDULERS, { now: new Date(), periodSeconds: 86_400, graceSeconds: GRACE_MS / 1_000 })
    const ids = (await db.selectFrom('schedulers').select('id').execute()).map(({ id }) => id)
    let round = 0
    return {
      sides: [{ name: 'silence', measure: () => measure(bench, db, ids, round++) }],
      comparisons: [
        { name: 'Down after its instant, 1,000 of 100,000 schedulers, p50', unit: 'ms', ours: 'silence: p50 ms' },
        { name: '… p99', unit: 'ms', ours: 'silence: p99 ms', goal: oursAtMost(2_000) },
        { name: 'heartbeats meanwhile', unit: '/s', ours: 'silence: heartbeats/s' },
      ],
    }
  },
}

async function measure(bench: Bench, db: Db, ids: readonly string[], round: number): Promise<Values> {
  const silent = ids.slice(round * SILENT, (round + 1) * SILENT)
  const others = ids.slice((round + 1) * SILENT)
  bench.say(`detection: ${SILENT} fall silent within ${SPREAD_MS / 1_000} s`)
  await emptyOutbox(db)
  const from = Date.now() + 3_000
  await fallSilent(db, silent, from)
  const stopping = new AbortController()
  const { signal } = stopping
  const writer = makeWriter(db)
  const options = { db, writer, clock: systemClock, log: makeLog('bench', 'error') }
  // What a tick has noticed is committed when it ends: a delay is counted to there.
  const ends: number[] = []
  const clock = runEvery(
    1_000,
    async () => {
      const more = await tick(options)
      ends.push(Date.now())
      return more
    },
    { signal, onError: (error) => bench.say(`detection: ${error}`) },
  )
  const startedAt = performance.now()
  const beaten = await beat(writer, others, from + SPREAD_MS + 2_000)
  const seconds = (performance.now() - startedAt) / 1_000
  stopping.abort()
  await clock
  const delays = await listDelays(db, ends)
  if (delays.length !== SILENT) throw new Error(`${SILENT} fell silent, and ${delays.length} went Down.`)
  return { 'p50 ms': quantile(delays, 0.5), 'p99 ms': quantile(delays, 0.99), 'heartbeats/s': beaten / seconds }
}

/** Moves the ends of their graces to instants that lie evenly after `from`. */
async function fallSilent(db: Db, ids: readonly string[], from: number): Promise<void> {
  const instants = ids.map((_, i) => new Date(from + (i * SPREAD_MS) / ids.length))
  await sql`
    update schedulers set wake_at = v.at, expected_at = v.at - ${sql.lit(GRACE_MS)} * interval '1 ms'
    from (select unnest(${ids}::uuid[]) as id, unnest(${instants}::timestamptz[]) as at) as v where schedulers.id = v.id`.execute(db)
}

/** Sends heartbeats at an even rate until an instant, and answers how many were answered. */
async function beat(writer: Writer, ids: readonly string[], until: number): Promise<number> {
  const command = signalCommand({ kind: 'heartbeat', source: '10.0.0.1', method: 'GET', userAgent: 'curl/8.14.1' })
  const startedAt = Date.now()
  const sent: Promise<unknown>[] = []
  while (Date.now() < until) {
    const due = ((Date.now() - startedAt) * HEARTBEATS_PER_SECOND) / 1_000
    for (; sent.length < due; ) {
      const id = ids[(sent.length * 7_919) % ids.length] ?? ''
      sent.push(writer.submit(changeScheduler, { id, command, actor: 'key:ci', now: new Date() }))
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return (await Promise.all(sent)).length
}

/** Milliseconds from the instant of each that went Down to the end of the tick that noticed it. */
async function listDelays(db: Db, ends: readonly number[]): Promise<number[]> {
  const rows = await db.selectFrom('outbox').select('body').where('routing_key', '=', 'scheduler.down').execute()
  return rows.map(({ body }) => {
    const { noticedAt, after } = JSON.parse(body) as { noticedAt: string; after: { downSince: string } }
    const seen = ends.find((end) => end >= Date.parse(noticedAt)) ?? Number.POSITIVE_INFINITY
    return seen - Date.parse(after.downSince)
  })
}

import { makeWriter, type Writer } from '@lifeline/backbone/db/group-commit'
import { changeScheduler, signalCommand } from '@lifeline/backbone/db/schedulers/change-scheduler'
import type { Db } from '@lifeline/backbone/db/schema'
import { addTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { makeLog } from '@lifeline/backbone/process/log'
import { tick } from '@lifeline/clock/tick'
import { fillSchedulers } from '@lifeline/testing/fill-schedulers'
import { sql } from 'kysely'
import type { Bench } from '../bench.ts'
import { countRows, emptyOutbox, watchDatabase } from '../databases.ts'
import type { Figure, Side, Values } from '../figure.ts'
import { oursAtLeast, oursAtMost } from '../goal.ts'
import { median, quantile } from '../quantile.ts'

const SCHEDULERS = 100_000
const CALLERS = 64
const SECONDS = 10
const SILENT = 10_000
const IDLE_TICKS = 300

/**
 * Heartbeats of a hundred thousand schedulers through the writer, without HTTP, beside the creation of tasks by the same
 * way; and the clock's tick with ten thousand of them silent, and with none.
 */
export const heartbeats: Figure = {
  name: 'heartbeats',
  async prepare(bench) {
    const filledAt = new Date()
    const db = await watchDatabase(bench.scope, await bench.databases.empty(), 10)
    bench.say(`heartbeats: filling ${SCHEDULERS} schedulers`)
    // Domain time stands still, so that nobody falls silent but who is made silent.
    await fillSchedulers(db, SCHEDULERS, { now: filledAt, periodSeconds: 86_400 })
    return {
      sides: [heartbeatsOf(db), creationsOf(db), ...sweepsOf(bench, db, filledAt)],
      comparisons: [
        { name: 'heartbeats of 100,000 schedulers, 64 at once', unit: '/s', ours: 'heartbeats: /s', goal: oursAtLeast(1_667) },
        { name: 'heartbeats, beside tasks created the same way', unit: '/s', ours: 'heartbeats: /s', peer: 'creations: /s' },
        { name: 'a heartbeat, p99', unit: 'ms', ours: 'heartbeats: p99 ms' },
        { name: '10,000 silent of 100,000 schedulers', unit: '/s', ours: 'silent: schedulers/s' },
        { name: 'a tick with none silent of 100,000', unit: 'ms', ours: 'none silent: ms', goal: oursAtMost(1) },
      ],
    }
  },
}

function heartbeatsOf(db: Db): Side {
  return {
    name: 'heartbeats',
    async measure() {
      const rows = await db.selectFrom('schedulers').select('id').execute()
      const before = await countPings(db)
      const command = signalCommand({ kind: 'heartbeat', source: '10.0.0.1', method: 'GET', userAgent: 'curl/8.14.1' })
      const { values, done } = await load(db, (writer, i) => {
        // All over the table, and none twice at once.
        const id = rows[(i * 7_919) % rows.length]?.id ?? ''
        return writer.submit(changeScheduler, { id, command, actor: 'key:ci', now: new Date() })
      })
      const counted = (await countPings(db)) - before
      if (counted !== done) throw new Error(`${done} heartbeats were answered, and ${counted} are counted.`)
      return values
    },
  }
}

function creationsOf(db: Db): Side {
  return {
    name: 'creations',
    async measure() {
      const before = await countRows(db, 'tasks')
      const { values, done } = await load(db, (writer, i) =>
        writer.submit(addTask, { title: `Task ${i}`, assignee: 'ann@example.org', actor: 'key:ci', now: new Date() }),
      )
      const counted = (await countRows(db, 'tasks')) - before
      if (counted !== done) throw new Error(`${done} tasks were answered, and ${counted} are there.`)
      await emptyOutbox(db)
      return values
    },
  }
}

function sweepsOf(bench: Bench, db: Db, filledAt: Date): Side[] {
  const options = { db, writer: makeWriter(db), clock: { now: () => filledAt }, log: makeLog('bench', 'error') }
  return [
    {
      name: 'silent',
      async measure() {
        bench.say(`heartbeats: making ${SILENT} silent`)
        await makeSilent(db, filledAt)
        const startedAt = performance.now()
        while (await tick(options));
        const seconds = (performance.now() - startedAt) / 1_000
        const down = await countRows(db, 'outbox', `routing_key = 'scheduler.down'`)
        if (down !== SILENT) throw new Error(`${SILENT} fell silent, and ${down} went Down.`)
        await emptyOutbox(db)
        return { 'schedulers/s': SILENT / seconds }
      },
    },
    {
      name: 'none silent',
      async measure() {
        const times: number[] = []
        for (let i = 0; i < IDLE_TICKS; i++) {
          const startedAt = performance.now()
          await tick(options)
          times.push(performance.now() - startedAt)
        }
        return { ms: median(times) }
      },
    },
  ]
}

async function countPings(db: Db): Promise<number> {
  const { rows } = await sql<{ pings: number }>`select sum(pings) as pings from schedulers`.execute(db)
  return Number(rows[0]?.pings ?? 0)
}

/** Some schedulers from all over the table; the others are Up. */
async function makeSilent(db: Db, now: Date): Promise<void> {
  const expected = new Date(now.getTime() - 120_000)
  const due = new Date(now.getTime() - 60_000)
  const pick = sql`select id from schedulers order by random() limit ${sql.lit(SILENT)}`
  await sql`update schedulers set status = 'Up', expected_at = ${expected}, wake_at = ${due} where id in (${pick})`.execute(db)
}

/** Calls as many callers at once for a while; each goes on when it was answered. */
async function load(db: Db, call: (writer: Writer, i: number) => Promise<unknown>): Promise<{ values: Values; done: number }> {
  const writer = makeWriter(db)
  const times: number[] = []
  const end = performance.now() + SECONDS * 1_000
  let count = 0
  const caller = async () => {
    while (performance.now() < end) {
      const startedAt = performance.now()
      await call(writer, count++)
      times.push(performance.now() - startedAt)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  return { values: { '/s': times.length / SECONDS, 'p99 ms': quantile(times, 0.99) }, done: times.length }
}

import { openBroker } from '@lifeline/backbone/broker/open'
import { startRelay } from '@lifeline/backbone/broker/relay'
import type { Db } from '@lifeline/backbone/db/schema'
import { makeLog } from '@lifeline/backbone/process/log'
import { eventually } from '@lifeline/testing/eventually'
import { sql } from 'kysely'
import { publishPlainly } from '../bare-channel.ts'
import { watchDatabase } from '../databases.ts'
import type { Figure } from '../figure.ts'
import { ratioAtLeast } from '../goal.ts'
import { rowExpressions } from '../pgbench/expressions.ts'
import { type SampleRows, sampleRows } from '../pgbench/sample-rows.ts'
import { purgeQueues } from '../purge-queues.ts'

const EVENTS = 30_000

/** A full outbox through one relay, beside a bare confirm channel of amqplib that publishes the same messages from memory. */
export const relay: Figure = {
  name: 'relay',
  async prepare(bench) {
    const [databaseUrl, brokerUrl] = [await bench.databases.empty(), await bench.vhost()]
    const db = await watchDatabase(bench.scope, databaseUrl)
    const { created } = await sampleRows(bench, databaseUrl, db)
    const log = makeLog('bench', 'error')
    const broker = await openBroker(brokerUrl, { db, log, name: 'bench' })
    bench.scope.after(() => broker.close())
    await eventually(() => broker.health().connected, { timeoutMs: 30_000 })

    async function measureRelay() {
      await fillOutbox(db, created)
      const startedAt = performance.now()
      const running = startRelay({ db, broker, log })
      await eventually(() => isEmpty(db), { timeoutMs: 120_000, everyMs: 5 })
      const seconds = (performance.now() - startedAt) / 1_000
      await running.stop()
      await expectInQueues(brokerUrl)
      return { 'events/s': EVENTS / seconds }
    }
    async function measureChannel() {
      await fillOutbox(db, created)
      const messages = await db.selectFrom('outbox').selectAll().orderBy('seq').execute()
      await sql`truncate outbox`.execute(db)
      const seconds = await publishPlainly(brokerUrl, messages)
      await expectInQueues(brokerUrl)
      return { 'events/s': EVENTS / seconds }
    }
    return {
      sides: [
        { name: 'relay', measure: measureRelay },
        { name: 'confirm channel', measure: measureChannel },
      ],
      comparisons: [
        {
          name: 'events, beside a bare confirm channel',
          unit: '/s',
          ours: 'relay: events/s',
          peer: 'confirm channel: events/s',
          goal: ratioAtLeast(0.7),
        },
      ],
    }
  },
}

/** Events like the sample's, each of a subject of its own. */
async function fillOutbox(db: Db, { task, message }: SampleRows): Promise<void> {
  const id = `('0192f0c1-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))`
  const row = rowExpressions(message, { texts: { [task.id]: id }, columns: { shard: '(n % 16)', created_at: 'now()' } })
  await sql.raw(`insert into outbox (${row.names}) select ${row.values} from generate_series(1, ${EVENTS}) as n`).execute(db)
  await sql`vacuum (analyze) outbox`.execute(db)
}

/** Looks from the newest row on: the relay deletes the oldest first, and what it has deleted is slow to skip. */
async function isEmpty(db: Db): Promise<boolean> {
  return (await db.selectFrom('outbox').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst()) === undefined
}

async function expectInQueues(brokerUrl: string): Promise<void> {
  const arrived = await purgeQueues(brokerUrl)
  if (arrived !== EVENTS) throw new Error(`${EVENTS} events were published, and ${arrived} arrived.`)
}

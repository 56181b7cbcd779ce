import { freshVhost } from '@lifeline/testing/brokers'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import t from 'tap'
import { replayed, traceOf } from './traces.ts'

// Thousands of requests, one after the other.
t.setTimeout(600_000)

/** Of 1,500, with noops and refusals among their moves: all of them took four minutes. */
const TASKS = 540

t.test('incidents on PostgreSQL and RabbitMQ, with notifications off', async (t) => {
  const { lines, facts } = await traceOf('incidents.jsonl', { tasks: TASKS })
  const env = { DATABASE_URL: await freshDatabaseUrl(t, 'postgres'), BROKER_URL: await freshVhost(t) }
  const { mails, activities: _, ...tally } = await replayed(t, lines, { env, notifications: false })
  t.strictSame(tally, facts)
  t.strictSame(mails, {})
})

import { freshVhost } from '@lifeline/testing/brokers'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import t from 'tap'
import { replayed, traceOf } from './traces.ts'

// Tens of thousands of requests, one after the other.
t.setTimeout(600_000)

t.test('incidents on PostgreSQL and RabbitMQ, with notifications off', async (t) => {
  const { lines, facts } = await traceOf('incidents.jsonl')
  const env = { DATABASE_URL: await freshDatabaseUrl(t, 'postgres'), BROKER_URL: await freshVhost(t) }
  const { mails, activities: _, ...tally } = await replayed(t, lines, { env, notifications: false })
  t.strictSame(tally, facts)
  t.strictSame(mails, {})
})

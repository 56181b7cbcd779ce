import { freshVhost } from '@lifeline/testing/brokers'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import t from 'tap'
import { expectedMails, replayed, traceOf } from './traces.ts'

// Thousands of requests, one after the other.
t.setTimeout(600_000)

/** Of 717: all of them are replayed on PostgreSQL, and this is about the statements. */
const TASKS = 240

t.test('permits on the Oracle dialect and RabbitMQ, with mails', async (t) => {
  const { lines, facts } = await traceOf('permits.jsonl', { tasks: TASKS })
  const env = { DATABASE_URL: await freshDatabaseUrl(t, 'oracle-h2'), BROKER_URL: await freshVhost(t) }
  const { mails, activities: _, ...tally } = await replayed(t, lines, { env })
  t.strictSame(tally, facts)
  const expected = expectedMails(lines, facts)
  t.equal(mails['task.created'], expected.created)
  t.equal(mails['task.deadline.passed'], expected.deadlinesPassed)
})

import t from 'tap'
import { expectedMails, replayed, traceOf } from './traces.ts'

// Thousands of requests, one after the other.
t.setTimeout(600_000)

/** Of 717: all of them are replayed on PostgreSQL, and took PGlite three minutes. */
const TASKS = 240

t.test('permits on PGlite and the embedded broker, with mails', async (t) => {
  const { lines, facts } = await traceOf('permits.jsonl', { tasks: TASKS })
  const { mails, activities, ...tally } = await replayed(t, lines, {})
  t.strictSame(tally, facts)
  t.equal(activities, lines.filter((line) => line.type === 'activity').length)
  const expected = expectedMails(lines, facts)
  t.equal(mails['task.created'], expected.created)
  t.equal(mails['task.deadline.passed'], expected.deadlinesPassed)
  // No-ops and refusals tell nobody; in the permits there are none.
  if (facts.noOps + facts.refused === 0) t.equal(mails['task.status.updated'], expected.atMostMoved)
  else t.ok((mails['task.status.updated'] ?? 0) <= expected.atMostMoved)
})

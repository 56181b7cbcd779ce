import t from 'tap'
import { givenEvent } from './given-event.ts'
import { startTestCoordinator } from './start-test-coordinator.ts'

const idOf = (n: number) => `019cb3a0-0000-7000-8000-${String(n).padStart(12, '0')}`

t.test('events that come together are stored together; one that the database refuses goes its own way', async (t) => {
  const { db, broker, wrote, listNotifications } = await startTestCoordinator(t)
  const good = Array.from({ length: 60 }, (_, n) => givenEvent('created', { id: idOf(n), version: 1 }))
  // Read and decided like the others; the column is shorter.
  const bad = givenEvent('created', { id: idOf(60), version: 1, assignee: `${'b'.repeat(300)}@example.org` })
  await broker.publish([...good.slice(0, 30), bad, ...good.slice(30)])
  const waiting = () => db.selectFrom('deliveries').select(['message_id', 'headers', 'claimed_by']).execute()
  const deadline = Date.now() + 20_000
  while ((await waiting()).length > 1 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))

  const [left, ...others] = await waiting()
  t.strictSame(others, [], 'all others are acknowledged')
  t.equal(left?.message_id, bad.messageId)
  t.match(JSON.parse(left?.headers ?? ''), { 'app-attempt': '2', 'app-last-error': /too long|character varying/ }, 'it waits on a rung')
  const stored = new Set((await listNotifications()).map(({ event_id }) => event_id))
  t.strictSame(stored, new Set(good.map(({ messageId }) => messageId)))
  t.ok(wrote.length < 30, `${good.length} events in ${wrote.length} transactions`)
})

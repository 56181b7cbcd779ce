import t from 'tap'
import { givenEvent } from './given-event.ts'
import { startTestCoordinator } from './start-test-coordinator.ts'

t.test('an event becomes one notification for each who hears of it, announced by its id alone', async (t) => {
  const { handle, listNotifications, listOutbox, wrote } = await startTestCoordinator(t)
  const event = givenEvent('moved')
  await handle({ ...event, headers: { ...event.headers, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } })
  const notifications = await listNotifications()
  t.match(notifications, [
    { recipient: 'ann@example.org', channel: 'email', status: 'Queued', attempts: 0, version: 1, event_id: event.messageId },
    { recipient: 'ben@example.org', channel: 'email', status: 'Queued', subject: event.subject, template: 'task.status.updated' },
  ])
  const outbox = await listOutbox()
  t.equal(outbox.length, 2)
  t.strictSame(
    outbox.map(({ exchange, routing_key, body }) => ({ exchange, routing_key, body: JSON.parse(body) })),
    notifications.map(({ id }) => ({ exchange: 'notification', routing_key: 'notification.email', body: { notificationId: id } })),
  )
  for (const row of outbox) t.match(JSON.parse(row.headers), { traceparent: /^00-0af7651916cd43dd/ })
  t.equal(wrote.length, 1, 'the relay is nudged once')
})

t.test('an event that comes again changes nothing', async (t) => {
  const { broker, handle, listNotifications, listOutbox, wrote } = await startTestCoordinator(t)
  const event = givenEvent('deadline_passed')
  await handle(event)
  const before = await listNotifications()
  await handle(event)
  await handle(event, event)
  t.strictSame(await listNotifications(), before)
  t.equal((await listOutbox()).length, 2)
  t.equal(wrote.length, 1)
  t.equal(await broker.countWaiting('dead-letters'), 0)
})

t.test('the same change of two tasks, and two changes of one task, are different events', async (t) => {
  const { handle, listNotifications } = await startTestCoordinator(t)
  const other = '019cb3a0-0000-7000-8000-000000000002'
  await handle(givenEvent('created', { version: 1 }), givenEvent('created', { id: other, version: 1 }), givenEvent('moved', { version: 2 }))
  const events = (await listNotifications()).map(({ event_id }) => event_id)
  t.equal(events.length, 4)
  t.equal(new Set(events).size, 3)
})

t.test('an event of which nobody hears is done with', async (t) => {
  const { handle, listNotifications, listOutbox, wrote } = await startTestCoordinator(t)
  await handle(givenEvent('created', {}, { actor: 'mailto:ben@example.org' }))
  t.strictSame(await listNotifications(), [])
  t.strictSame(await listOutbox(), [])
  t.equal(wrote.length, 0)
})

t.test('fields that a newer sender has added are ignored, wherever they are', async (t) => {
  const { handle, listDeadLetters, listNotifications } = await startTestCoordinator(t)
  const event = givenEvent('created')
  const data = JSON.parse(event.body)
  const newer = { ...data, urgency: 9, after: { ...data.after, colour: 'red', owner: { name: 'x' } } }
  await handle({ ...event, body: JSON.stringify(newer), headers: { ...event.headers, cloudEvents_newattribute: '1' } })
  t.equal((await listNotifications()).length, 1)
  t.strictSame(await listDeadLetters(), [])
})

t.test("attributes may be written with the binding's other separator", async (t) => {
  const { handle, listNotifications } = await startTestCoordinator(t)
  const event = givenEvent('created')
  const headers = Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [name.replace('_', ':'), value]))
  await handle({ ...event, headers })
  t.equal((await listNotifications()).length, 1)
})

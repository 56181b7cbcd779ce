import { eventually } from '@lifeline/testing/eventually'
import t from 'tap'
import { alertsToUrl } from '../src/alerts/deliver-alert.ts'
import { getNotification, givenNotification } from './given-notification.ts'
import { startOpsEndpoint } from './ops-endpoint.ts'
import { startTestNotifier } from './start-test-notifier.ts'

t.test('a notification that is announced is sent, and its message is gone', async (t) => {
  const { db, mailServer, relay } = await startTestNotifier(t)
  const id = await givenNotification(db)
  relay.nudge()
  await mailServer.waitFor(1)
  await eventually(async () => (await db.selectFrom('deliveries').select('queue').execute()).length === 0)
  t.match(await getNotification(db, id), { status: 'Sent', attempts: 1 })
})

t.test('a mail refused for now comes back from the first rung after a second', async (t) => {
  const { db, mailServer, relay, alerts } = await startTestNotifier(t)
  mailServer.refuse('ben@example.org', 451)
  const id = await givenNotification(db)
  relay.nudge()
  await eventually(async () => (await getNotification(db, id)).last_error?.includes('451'))
  mailServer.refuse('ben@example.org')
  await mailServer.waitFor(1)
  const sent = await eventually(async () => {
    const row = await getNotification(db, id)
    return row.status === 'Sent' && row
  })
  // On a very slow machine the second one still fails.
  t.ok(sent.attempts >= 2)
  const waitedMs = (sent.sent_at?.getTime() ?? 0) - sent.created_at.getTime()
  t.ok(waitedMs >= 950, `waited ${waitedMs} ms`)
  t.strictSame(alerts, [])
})

t.test('a mail that fails for good raises one alert, and no mail', async (t) => {
  const { db, mailServer, relay, alerts } = await startTestNotifier(t)
  mailServer.refuse('ben@example.org', 550, 'No such mailbox')
  const id = await givenNotification(db)
  const other = await givenNotification(db, { recipient: 'ann@example.org' })
  relay.nudge()
  await eventually(() => alerts.length > 0)
  await eventually(async () => (await getNotification(db, other)).status === 'Sent')
  t.match(alerts, [{ data: { key: 'notification.email', detail: { notification: id, error: /No such mailbox/ } } }])
  t.equal(alerts.length, 1)
  t.strictSame(
    mailServer.mails.map(({ to }) => to),
    [['ann@example.org']],
  )
})

t.test('an announcement that cannot be read is a dead letter, one of an unknown notification is nothing', async (t) => {
  const { db, broker, publish, alerts, mailServer } = await startTestNotifier(t)
  await publish({ messageId: 'm1', body: '{"notificationId": "none"}' })
  await publish({ messageId: 'm2', body: 'no JSON' })
  await publish({ messageId: 'm3', body: '{"notificationId": "019cb3a0-0000-7000-8000-00000000ffff"}' })
  await eventually(async () => (await broker.countWaiting('dead-letters')) === 2 && alerts.length === 2)
  const waiting = db.selectFrom('deliveries').select(['message_id', 'headers'])
  const dead = await waiting.where('queue', '=', 'dead-letters').orderBy('message_id').execute()
  t.strictSame(
    dead.map(({ message_id }) => message_id),
    ['m1', 'm2'],
  )
  t.match(JSON.parse(dead[0]?.headers ?? ''), { 'app-reason': /^wrong_data: / })
  t.equal(mailServer.mails.length, 0)
})

t.test('an alert that the endpoint does not take comes again, and raises none itself', async (t) => {
  const ops = await startOpsEndpoint(t, 500)
  const { db, broker, mailServer, relay } = await startTestNotifier(t, { deliverAlert: alertsToUrl(ops.url) })
  mailServer.refuse('ben@example.org', 550)
  await givenNotification(db)
  relay.nudge()
  await eventually(() => ops.received.length === 2)
  t.match(ops.received, [{ status: 500 }, { status: 200 }])
  t.strictSame(ops.received[0]?.body, ops.received[1]?.body)
  await eventually(async () => (await broker.countWaiting('notifier:alert.operations')) === 0)
  t.equal(ops.received.length, 2)
})

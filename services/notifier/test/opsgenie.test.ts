import { freshDatabase } from '@lifeline/testing/databases'
import { givenChannel } from '@lifeline/testing/given-channel'
import { startProvider } from '@lifeline/testing/provider'
import t from 'tap'
import { givenChannelNotification, givenSender } from './given-channel-notification.ts'
import { givenMailData } from './given-notification.ts'

const db = await freshDatabase(t, 'pglite')
const { send, outcome } = givenSender(db)
const givenOpsgenie = (url: string) =>
  givenChannel(db, { type: 'opsgenie', settings: { apiKey: '00000000-0000-4000-8000-000000000000', apiUrl: url } })
const ACCEPTED = { status: 202, body: '{"result": "Request will be processed", "took": 0.1, "requestId": "43a29c5c-3dbf"}' }
const ALERT = { key: 'dead-letters:q', severity: 'error', summary: 'Trouble', detail: { queue: 'q' }, at: '2026-12-04T09:00:00.000Z' }

t.test('an alert is opened by the alias of its subject, and closed by it', async (t) => {
  const opsgenie = await startProvider(t, ACCEPTED, ACCEPTED)
  const channel = await givenOpsgenie(opsgenie.url)
  const opened = await givenChannelNotification(db, channel, { subject: 'task/a', sequence: 2 })
  await send(opened)
  const data = givenMailData({ status: 'Completed' }, { before: { status: 'Pending' } })
  const closed = await givenChannelNotification(db, channel, { template: 'task.status.updated', data, subject: 'task/a', sequence: 3 })
  await send(closed)
  for (const id of [opened, closed]) t.match(await outcome(id), { status: 'Sent', provider_id: '43a29c5c-3dbf' })
  t.match(opsgenie.received, [
    { path: '/v2/alerts', headers: { authorization: 'GenieKey 00000000-0000-4000-8000-000000000000' } },
    { path: '/v2/alerts/task%2Fa/close?identifierType=alias' },
  ])
  t.match(JSON.parse(opsgenie.received[0]?.body ?? ''), {
    message: 'Deadline passed: Order the laptop',
    alias: 'task/a',
    description: /still Pending/,
    details: { Assignee: 'ben@example.org' },
    source: 'Lifeline',
  })
  t.match(JSON.parse(opsgenie.received[1]?.body ?? ''), { note: /^Completed: Order the laptop/ })
})

t.test('what is late does not open again what was closed meanwhile', async (t) => {
  const opsgenie = await startProvider(t, { status: 500 }, ACCEPTED)
  const channel = await givenOpsgenie(opsgenie.url)
  const opened = await givenChannelNotification(db, channel, { subject: 'task/b', sequence: 2 })
  t.match(await send(opened), { retry: { name: 'retry.1s' } })
  const closed = await givenChannelNotification(db, channel, { template: 'task.deleted', subject: 'task/b', sequence: 3 })
  await send(closed)
  t.equal(await send(opened), 'done')
  t.match(await outcome(opened), { status: 'Sent', provider_id: null })
  t.strictSame(
    opsgenie.received.map(({ path }) => path),
    ['/v2/alerts', '/v2/alerts/task%2Fb/close?identifierType=alias'],
  )
})

t.test('alerts of one key are one alert there', async (t) => {
  const opsgenie = await startProvider(t, ACCEPTED)
  await send(await givenChannelNotification(db, await givenOpsgenie(opsgenie.url), { template: 'alert.operations', data: ALERT }))
  t.match(JSON.parse(opsgenie.received[0]?.body ?? ''), {
    alias: 'alert/dead-letters:q',
    message: 'Error: Trouble',
    details: { queue: 'q' },
  })
})

t.test('a wrong key disables the channel, a wrong alert fails alone, and the rest may pass', async (t) => {
  const cases = [
    [401, { status: 'Failed', channelStatus: 'Disabled' }],
    [403, { status: 'Failed', channelStatus: 'Disabled' }],
    [422, { status: 'Failed', channelStatus: 'Active' }],
    [429, { status: 'Queued', attempts: 0, channelStatus: 'Active' }],
    [500, { status: 'Queued', attempts: 1, channelStatus: 'Active' }],
  ] as const
  for (const [status, expected] of cases) {
    const opsgenie = await startProvider(t, { status })
    const id = await givenChannelNotification(db, await givenOpsgenie(opsgenie.url))
    await send(id)
    t.match(await outcome(id), expected, String(status))
  }
})

import { changeSettings, openSettings } from '@lifeline/backbone/channels/settings'
import { newWebhookSecret } from '@lifeline/backbone/channels/webhook'
import { changeChannel } from '@lifeline/backbone/db/channels/change-channel'
import { commitOne } from '@lifeline/backbone/db/commit'
import { replayNotification } from '@lifeline/backbone/db/notifications/channel-notifications'
import { freshDatabase } from '@lifeline/testing/databases'
import { givenChannel } from '@lifeline/testing/given-channel'
import { type ProviderAnswer, type ProviderRequest, startProvider } from '@lifeline/testing/provider'
import { Webhook } from 'standardwebhooks'
import t from 'tap'
import { givenChannelNotification, givenSender } from './given-channel-notification.ts'
import { givenMailData, listAlerts } from './given-notification.ts'
import { SECRETS } from './send-options.ts'

const db = await freshDatabase(t, 'pglite')
const { send, outcome } = givenSender(db, { timeoutMs: 300 })
const SECRET = newWebhookSecret()

const givenHook = (url: string, secret = SECRET) => givenChannel(db, { settings: { url: `${url}/hook?token=1`, secret } })

/** Read by the reference implementation of the specification. Throws when the signature is not right. */
const read = ({ body, headers }: ProviderRequest, secret = SECRET) =>
  new Webhook(secret).verify(body, headers as Record<string, string>) as Record<string, unknown>

t.test('an event is posted by Standard Webhooks, so that their own library takes it', async (t) => {
  const receiver = await startProvider(t, { status: 204 })
  const id = await givenChannelNotification(db, await givenHook(receiver.url), { subject: 'task/7', sequence: 3 })
  t.equal(await send(id), 'done')
  t.match(await outcome(id), { status: 'Sent', attempts: 1 })
  const [request] = receiver.received as [ProviderRequest]
  t.match(request, { path: '/hook?token=1', headers: { 'content-type': 'application/json', 'webhook-id': id } })
  t.ok(Math.abs(Number(request.headers['webhook-timestamp']) - Date.now() / 1_000) < 5)
  t.match(read(request), {
    type: 'task.deadline.passed',
    timestamp: '2026-12-04T09:00:00.000Z',
    id: 'task/7@3',
    subject: 'task/7',
    sequence: 3,
    data: { after: { title: 'Order the laptop', status: 'Pending' }, actor: 'mailto:ann@example.org' },
  })
  t.throws(() => read(request, newWebhookSecret()))
  t.throws(() => read({ ...request, body: request.body.replace('laptop', 'Laptop') }))
})

t.test('after a change of the secret both sign for a day, then the new one alone', async (t) => {
  const receiver = await startProvider(t)
  const channel = await givenHook(receiver.url)
  const next = newWebhookSecret()
  const rotate = (machineNow: Date) =>
    commitOne(db, changeChannel, {
      id: channel.id,
      command: {
        do: 'edit',
        edit: { settings: (before) => changeSettings('webhook', { secret: next }, { before, secrets: SECRETS, machineNow }) },
      },
      actor: 'user:1',
      now: new Date(),
    })
  await rotate(new Date())
  await send(await givenChannelNotification(db, channel))
  const [during] = receiver.received as [ProviderRequest]
  t.ok(read(during, SECRET) && read(during, next))
  t.equal(String(during.headers['webhook-signature']).split(' ').length, 2)
  const old = changeSettings(
    'webhook',
    { secret: next },
    {
      before: channel,
      secrets: SECRETS,
      machineNow: new Date(Date.now() - 25 * 3_600_000),
    },
  )
  await db
    .updateTable('channels')
    .set(old ?? {})
    .where('id', '=', channel.id)
    .execute()
  await send(await givenChannelNotification(db, channel))
  const after = receiver.received[1] as ProviderRequest
  t.ok(read(after, next))
  t.throws(() => read(after, SECRET))
  t.notOk('previous' in openSettings(await givenHook(receiver.url), SECRETS))
})

const PASSING: [string, ProviderAnswer][] = [
  ['a redirect, which is not followed', { status: 301, headers: { location: '/elsewhere' } }],
  ['400', { status: 400 }],
  ['404', { status: 404 }],
  ['500', { status: 500 }],
  ['no answer in time', { hangs: true }],
]

for (const [what, answer] of PASSING) {
  t.test(`${what} is a failure that may pass`, async (t) => {
    const receiver = await startProvider(t, answer)
    const id = await givenChannelNotification(db, await givenHook(receiver.url))
    t.match(await send(id), { retry: { name: 'retry.1s' } })
    t.match(await outcome(id), { status: 'Queued', attempts: 1, channelStatus: 'Active' })
    t.equal(receiver.received.length, 1)
    t.equal(await send(id), 'done')
    const [first, second] = receiver.received
    t.equal(second?.headers['webhook-id'], first?.headers['webhook-id'], 'a try has the id of the one before')
  })
}

t.test('Retry-After is heeded: in seconds, as an instant, and with an error that counts', async (t) => {
  const at = new Date(Date.now() + 90_000).toUTCString()
  const cases: [ProviderAnswer, fromMs: number, toMs: number, attempts: number][] = [
    [{ status: 429, headers: { 'retry-after': '30' } }, 30_000, 31_000, 0],
    [{ status: 429 }, 900, 2_000, 0],
    [{ status: 502, headers: { 'retry-after': at } }, 88_000, 91_000, 0],
    [{ status: 503, headers: { 'retry-after': '40' } }, 40_000, 41_000, 1],
  ]
  for (const [answer, fromMs, toMs, attempts] of cases) {
    const receiver = await startProvider(t, answer)
    const id = await givenChannelNotification(db, await givenHook(receiver.url))
    const before = Date.now()
    t.equal(await send(id), 'done')
    const row = await outcome(id)
    t.match(row, { status: 'Queued', attempts })
    const waitMs = (row.wake_at?.getTime() ?? 0) - before
    t.ok(waitMs >= fromMs && waitMs <= toMs + 1_000, `${answer.status}: ${waitMs} ms`)
  }
})

t.test('410 disables the channel, with one alert that does not tell the URL', async (t) => {
  const receiver = await startProvider(t, { status: 410 }, { status: 410 })
  const channel = await givenHook(receiver.url)
  const ids = [await givenChannelNotification(db, channel), await givenChannelNotification(db, channel)]
  await Promise.all(ids.map(send))
  for (const id of ids) t.match(await outcome(id), { status: 'Failed', channelStatus: 'Disabled' })
  const about = (await listAlerts(db)).filter(({ key }) => key === `channel/${channel.id}`)
  t.match(about, [{ detail: { reason: 'The webhook answered 410.' } }])
  t.equal(about.length, 1)
  t.notMatch(JSON.stringify(about), /token|127\.0\.0\.1/)
})

t.test('seven failures are the end of a notification, and of nothing else', async (t) => {
  const receiver = await startProvider(t, ...Array(7).fill({ status: 500 }))
  const id = await givenChannelNotification(db, await givenHook(receiver.url))
  const verdicts = []
  for (let i = 0; i < 7; i++) verdicts.push(await send(id))
  t.match(
    verdicts.map((verdict) => (typeof verdict === 'string' ? verdict : verdict.retry.name)),
    [...['retry.1s', 'retry.10s', 'retry.1m', 'retry.10m'], ...['done', 'done', 'done']],
  )
  t.match(await outcome(id), { status: 'Failed', attempts: 7, channelStatus: 'Active' })
  t.match((await listAlerts(db)).at(-1), { key: 'notification.webhook', detail: { notification: id, attempts: '7' } })
})

t.test('a replay has the same id and the present secret, and is tried once', async (t) => {
  const receiver = await startProvider(t, {}, { status: 500 })
  const channel = await givenHook(receiver.url)
  const id = await givenChannelNotification(db, channel)
  const replay = (channelId = channel.id) => commitOne(db, replayNotification, { channelId, notificationId: id, machineNow: new Date() })
  t.match(await replay(), { kind: 'busy' }, 'it is on its way already')
  await send(id)
  t.match(await replay('019cb3a0-0000-7000-8000-00000000ffff'), { kind: 'missing' }, 'of another channel there is none')
  t.match(await replay(), { kind: 'queued', notification: { status: 'Queued', sent_at: null } })
  t.equal(await send(id), 'done')
  t.match(await outcome(id), { status: 'Failed', last_error: /500/ })
  t.match(await replay(), { kind: 'queued' })
  t.equal(await send(id), 'done')
  t.match(await outcome(id), { status: 'Sent' })
  for (const request of receiver.received) t.ok(read(request) && request.headers['webhook-id'] === id)
  t.equal(receiver.received.length, 3)
})

t.test('an event that is too large comes without its data', async (t) => {
  const receiver = await startProvider(t)
  const data = givenMailData({ description: 'ä'.repeat(10_000) })
  await send(await givenChannelNotification(db, await givenHook(receiver.url), { data, subject: 'task/large' }))
  const [request] = receiver.received as [ProviderRequest]
  t.ok(Buffer.byteLength(request.body) < 20_000)
  t.match(read(request), { type: 'task.deadline.passed', subject: 'task/large', data: {}, truncated: true })
})

t.test('without WEBHOOK_ALLOW_PRIVATE nothing leads into private networks', async (t) => {
  const receiver = await startProvider(t)
  const guarded = givenSender(db, { allowPrivate: false })
  for (const url of [
    receiver.url,
    `http://localhost:${receiver.port}`,
    `http://2130706433:${receiver.port}`,
    `http://[::1]:${receiver.port}`,
  ]) {
    const id = await givenChannelNotification(db, await givenHook(url))
    t.equal(await guarded.send(id), 'done')
    t.match(await guarded.outcome(id), { status: 'Failed', last_error: /not in the public Internet/, channelStatus: 'Disabled' }, url)
  }
  t.equal(receiver.received.length, 0)
})

t.test('a test is tried once, whatever comes of it, disables nothing, and goes through a disabled channel too', async (t) => {
  const receiver = await startProvider(t, { status: 410 }, { status: 500 })
  const channel = await givenHook(receiver.url)
  const test = () =>
    givenChannelNotification(db, channel, {
      template: 'channel.test',
      data: { name: 'x', actor: 'user:1', at: '2026-12-04T09:00:00.000Z' },
    })
  const alerts = (await listAlerts(db)).length
  for (const status of [410, 500]) {
    const id = await test()
    t.equal(await send(id), 'done')
    t.match(await outcome(id), { status: 'Failed', attempts: 1, last_error: `The webhook answered ${status}.`, channelStatus: 'Active' })
  }
  await commitOne(db, changeChannel, { id: channel.id, command: { do: 'disable', reason: null }, actor: 'user:1', now: new Date() })
  const id = await test()
  await send(id)
  t.match(await outcome(id), { status: 'Sent', channelStatus: 'Disabled' })
  t.match(read(receiver.received[2] as ProviderRequest), { type: 'channel.test', data: { name: 'x' } })
  t.equal((await listAlerts(db)).length, alerts)
})

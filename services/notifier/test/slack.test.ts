import { freshDatabase } from '@lifeline/testing/databases'
import { freePort } from '@lifeline/testing/free-ports'
import { givenChannel } from '@lifeline/testing/given-channel'
import { type ProviderAnswer, startProvider } from '@lifeline/testing/provider'
import t from 'tap'
import { givenChannelNotification, givenSender } from './given-channel-notification.ts'
import { givenMailData, listAlerts } from './given-notification.ts'

const db = await freshDatabase(t, 'pglite')
const { send, outcome } = givenSender(db, { timeoutMs: 300 })
const HOOK = '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX'

const givenHook = (url: string) => givenChannel(db, { type: 'slack', settings: { url: `${url}${HOOK}` } })
const givenBot = (url: string) =>
  givenChannel(db, { type: 'slack', settings: { botToken: 'xoxb-secret', channelId: 'C0123456789', apiUrl: `${url}/api` } })

t.test('an incoming webhook gets a text that calls nobody, whatever is in it', async (t) => {
  const slack = await startProvider(t)
  const id = await givenChannelNotification(db, await givenHook(slack.url), { data: givenMailData({ title: '<!channel> & co' }) })
  t.equal(await send(id), 'done')
  t.match(await outcome(id), { status: 'Sent', attempts: 1, channelStatus: 'Active' })
  const [request] = slack.received
  t.match(request, { path: HOOK, headers: { 'content-type': 'application/json' } })
  const { text } = JSON.parse(request?.body ?? '')
  t.match(text, /^\*Deadline passed: &lt;!channel&gt; &amp; co\*\nThe deadline has passed, and the task is still Pending\.\n/)
  t.match(text, /\n<https:\/\/tasks\.example\.org\/tasks\/[0-9a-f-]+\|Open the task>$/)
})

t.test('a bot posts into its channel, and the message is known by its ts', async (t) => {
  const slack = await startProvider(t, { body: '{"ok": true, "channel": "C0123456789", "ts": "1503435956.000247"}' })
  const id = await givenChannelNotification(db, await givenBot(slack.url))
  t.equal(await send(id), 'done')
  t.match(await outcome(id), { status: 'Sent', provider_id: '1503435956.000247' })
  t.match(slack.received, [{ path: '/api/chat.postMessage', headers: { authorization: 'Bearer xoxb-secret' } }])
  t.match(JSON.parse(slack.received[0]?.body ?? ''), { channel: 'C0123456789', text: /Order the laptop/ })
})

const bot = (error: string): ProviderAnswer => ({ body: JSON.stringify({ ok: false, error }) })
const hook = (status: number, body: string): ProviderAnswer => ({ status, body })

const PERMANENT: [string, typeof givenHook, ProviderAnswer][] = [
  ['a webhook that was removed', givenHook, hook(404, 'no_service')],
  ['a webhook with a wrong token', givenHook, hook(403, 'invalid_token')],
  ['the token of a webhook that is refused with 400', givenHook, hook(400, 'invalid_token')],
  ['an archived channel', givenHook, hook(410, 'channel_is_archived')],
  ['a wrong token', givenBot, bot('invalid_auth')],
  ['an account that was closed', givenBot, bot('account_inactive')],
  ['a channel that is not there', givenBot, bot('channel_not_found')],
  ['a channel that was archived', givenBot, bot('is_archived')],
  ['a bot that is not in the channel', givenBot, bot('not_in_channel')],
]

for (const [what, given, answer] of PERMANENT) {
  t.test(`${what} disables the channel: one change, one alert, and what waits is not sent`, async (t) => {
    const slack = await startProvider(t, answer)
    const channel = await given(slack.url)
    const [id, waiting] = [await givenChannelNotification(db, channel), await givenChannelNotification(db, channel)]
    t.equal(await send(id), 'done')
    t.match(await outcome(id), { status: 'Failed', attempts: 1, last_error: /^Slack answered \d+ [a-z_]+\.$/, channelStatus: 'Disabled' })
    t.equal(await send(waiting), 'done')
    t.match(await outcome(waiting), { status: 'Failed', last_error: 'The channel is disabled.' })
    t.equal(slack.received.length, 1)
    const about = (await listAlerts(db)).filter(({ detail }) => detail.channelId === channel.id)
    t.match(about, [{ key: `channel/${channel.id}`, severity: 'error', detail: { type: 'slack', reason: /^Slack answered/ } }])
    t.equal(about.length, 1)
    const logs = await db.selectFrom('channel_logs').selectAll().where('channel_id', '=', channel.id).orderBy('version').execute()
    t.match(logs, [{ action: 'created' }, { action: 'disabled', actor: 'system:notifier', reason: /^Slack answered/ }])
  })
}

const PASSING: [string, typeof givenHook, ProviderAnswer][] = [
  ['a server error', givenHook, hook(500, 'rollup_error')],
  ['no answer', givenHook, { hangs: true }],
  ['a page of somebody in between', givenHook, { status: 302, headers: { location: 'https://login.example.org/' } }],
  ['an internal error', givenBot, bot('internal_error')],
  ['an answer that is no JSON', givenBot, { status: 200, body: '<html>' }],
  ['a timeout of theirs', givenBot, { status: 503, body: '' }],
]

for (const [what, given, answer] of PASSING) {
  t.test(`${what} may pass: it goes down the ladder`, async (t) => {
    const slack = await startProvider(t, answer)
    const id = await givenChannelNotification(db, await given(slack.url))
    t.match(await send(id), { retry: { name: 'retry.1s' } })
    t.match(await outcome(id), { status: 'Queued', attempts: 1, channelStatus: 'Active' })
  })
}

t.test('a provider that is away is waited for, and its URL is told nobody', async (t) => {
  const id = await givenChannelNotification(db, await givenHook(`http://127.0.0.1:${await freePort()}`))
  t.match(await send(id), { retry: { name: 'retry.1s' }, reason: '127.0.0.1: ECONNREFUSED' })
})

t.test('a message that Slack does not take fails alone, with an alert', async (t) => {
  const slack = await startProvider(t, bot('msg_too_long'))
  const id = await givenChannelNotification(db, await givenBot(slack.url))
  t.equal(await send(id), 'done')
  t.match(await outcome(id), { status: 'Failed', last_error: /msg_too_long/, channelStatus: 'Active' })
  t.match((await listAlerts(db)).at(-1), { key: 'notification.slack', detail: { notification: id } })
})

for (const [what, given, answer] of [
  ['webhook', givenHook, { status: 429, headers: { 'retry-after': '7' }, body: 'rate_limited' }],
  ['bot', givenBot, { status: 429, headers: { 'retry-after': '7' }, body: '{"ok": false, "error": "ratelimited"}' }],
] as const) {
  t.test(`whoever is asked to wait waits as long, and uses up no try: ${what}`, async (t) => {
    const slack = await startProvider(t, answer)
    const channel = await given(slack.url)
    const [id, other] = [await givenChannelNotification(db, channel), await givenChannelNotification(db, channel)]
    const before = Date.now()
    t.equal(await send(id), 'done')
    const row = await outcome(id)
    t.match(row, { status: 'Queued', attempts: 0, last_error: /429/, channelStatus: 'Active' })
    const waitMs = (row.wake_at?.getTime() ?? 0) - before
    t.ok(waitMs >= 7_000 && waitMs < 12_000, `${waitMs} ms`)
    t.equal(await send(other), 'done')
    t.match(await outcome(other), { status: 'Queued', attempts: 0, last_error: /waiting for the channel/ })
    t.equal(slack.received.length, 1, 'the other one did not even ask')
  })
}

t.test('one message a second goes through a channel; what would wait too long comes back later, without a try less', async (t) => {
  const slack = await startProvider(t)
  const channel = await givenHook(slack.url)
  const ids = await Promise.all(Array.from({ length: 12 }, () => givenChannelNotification(db, channel)))
  await Promise.all(ids.map(send))
  const rows = await Promise.all(ids.map(outcome))
  const sent = rows.filter(({ status }) => status === 'Sent')
  t.ok(sent.length >= 3 && sent.length <= 6, `${sent.length} at once`)
  for (const row of rows.filter(({ status }) => status !== 'Sent')) t.match(row, { status: 'Queued', attempts: 0 })
  const gaps = slack.received.slice(1).map(({ at }, i) => at - (slack.received[i]?.at ?? 0))
  t.ok(Math.min(...gaps) >= 900, `gaps of ${gaps.join(', ')} ms`)
})

t.test('an alert that cannot be told raises none', async (t) => {
  const slack = await startProvider(t, bot('no_text'))
  const data = { key: 'k', severity: 'error', summary: 'Trouble', detail: { host: 'db-1' }, at: '2026-12-04T09:00:00.000Z', leftOut: 4 }
  const id = await givenChannelNotification(db, await givenBot(slack.url), { template: 'alert.operations', data })
  const before = (await listAlerts(db)).length
  await send(id)
  t.match(await outcome(id), { status: 'Failed' })
  t.equal((await listAlerts(db)).length, before)
  t.match(
    JSON.parse(slack.received[0]?.body ?? '').text,
    /^\*Error: Trouble\*\n4 more alerts like this one were left out before it\.\n• host: db-1$/,
  )
})

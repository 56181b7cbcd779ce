import type { ChannelRow } from '@lifeline/backbone/db/channels/channel'
import { freshDatabase } from '@lifeline/testing/databases'
import { givenChannel } from '@lifeline/testing/given-channel'
import { type ProviderAnswer, type ProviderRequest, startProvider } from '@lifeline/testing/provider'
import t, { type Test } from 'tap'
import { givenChannelNotification, givenSender } from './given-channel-notification.ts'
import { givenReportData, SUMMARY } from './given-report.ts'

const db = await freshDatabase(t, 'pglite')
const { send, outcome } = givenSender(db)
const accepted = (ts: string): ProviderAnswer => ({ body: JSON.stringify({ ok: true, channel: 'C0123456789', ts }) })
const refused = (error: string): ProviderAnswer => ({ body: JSON.stringify({ ok: false, error }) })

// One message a second goes through a channel.
t.jobs = 10
const SIDE_BY_SIDE = { buffered: true }

let reports = 0

/** A bot's channel at a Slack that answers so, and a report whose events are told through it. */
async function givenTable(t: Test, ...answers: ProviderAnswer[]) {
  const slack = await startProvider(t, ...answers)
  const settings = { botToken: 'xoxb-secret', channelId: 'C0123456789', apiUrl: `${slack.url}/api` }
  const channel = await givenChannel(db, { type: 'slack', settings })
  const subject = `report/${++reports}`
  /** Queues the event of a version; `up` is what can be seen in the table. */
  const given = (what: string, sequence: number, { started = 2, up = sequence, to = channel as ChannelRow } = {}) => {
    const counts = { New: 0, Up: up, Down: 0, Paused: 0, late: 0, running: 0 }
    const ending = what === 'ended' ? { summary: SUMMARY } : {}
    const data = givenReportData({ counts }, { ...ending, report: { startedVersion: started, version: sequence } })
    return givenChannelNotification(db, to, { template: `report.${what}`, data, sequence, subject })
  }
  const told = async (...args: Parameters<typeof given>) => {
    const id = await given(...args)
    await send(id)
    return await outcome(id)
  }
  return { slack, given, told, said: () => slack.received.map(saidOf) }
}

/** `post 3` or `update 1.1 3`: what was asked of Slack, for which message, and how many are Up in it; or its first line. */
function saidOf({ path, body }: ProviderRequest): string {
  const { ts, text } = JSON.parse(body)
  const shown = /^(\d+) schedulers?/m.exec(text)?.[1] ?? text.split('\n')[0]
  return `${path === '/api/chat.update' ? `update ${ts}` : 'post'} ${shown}`
}

t.test('a night is one message, which is updated, and a summary; the next night is another message', SIDE_BY_SIDE, async (t) => {
  const { slack, told, said } = await givenTable(
    t,
    accepted('1.1'),
    accepted('1.1'),
    accepted('1.1'),
    accepted('1.1'),
    accepted('2.2'),
    accepted('3.3'),
  )
  for (const [what, version] of [
    ['started', 2],
    ['refreshed', 3],
    ['refreshed', 4],
  ] as const)
    t.match(await told(what, version), { status: 'Sent', provider_id: '1.1' })
  t.match(await told('ended', 5), { status: 'Sent', provider_id: '2.2' })
  t.match(await told('started', 6, { started: 6 }), { provider_id: '3.3' })
  await told('refreshed', 7, { started: 6 })
  t.strictSame(said(), ['post 2', 'update 1.1 3', 'update 1.1 4', 'update 1.1 5', 'post *All clear: Nightly*', 'post 6', 'update 3.3 7'])
  t.match(slack.received[1], { headers: { authorization: 'Bearer xoxb-secret' } })
  t.match(JSON.parse(slack.received[1]?.body ?? ''), { channel: 'C0123456789', ts: '1.1', text: /```\nSTATUS/ })
})

for (const gone of ['message_not_found', 'cant_update_message', 'edit_window_closed']) {
  t.test(`a table that cannot be updated is posted anew, and the new one is updated: ${gone}`, SIDE_BY_SIDE, async (t) => {
    const { told, said } = await givenTable(
      t,
      accepted('1.1'),
      refused(gone),
      accepted('2.2'),
      accepted('2.2'),
      refused(gone),
      accepted('4.4'),
    )
    await told('started', 2)
    t.match(await told('refreshed', 3), { status: 'Sent', provider_id: '2.2' })
    t.match(await told('refreshed', 4), { status: 'Sent', provider_id: '2.2' })
    t.match(await told('ended', 5), { status: 'Sent', provider_id: '4.4' })
    t.strictSame(said(), ['post 2', 'update 1.1 3', 'post 3', 'update 2.2 4', 'update 2.2 5', 'post *All clear: Nightly*'])
  })
}

t.test(
  'asked to wait it waits, and what is newer by then is shown: a late try does not put an older table there',
  SIDE_BY_SIDE,
  async (t) => {
    const busy = { status: 429, headers: { 'retry-after': '1' }, body: '{"ok": false, "error": "ratelimited"}' }
    const { given, told, said } = await givenTable(t, accepted('1.1'), busy, accepted('1.1'))
    await told('started', 2)
    const late = await given('refreshed', 3)
    t.equal(await send(late), 'done')
    t.match(await outcome(late), { status: 'Queued', attempts: 0, last_error: /429/, channelStatus: 'Active' })
    t.match(await told('refreshed', 4), { status: 'Sent', provider_id: '1.1' })
    t.equal(await send(late), 'done')
    t.match(await outcome(late), { status: 'Sent', provider_id: null })
    t.strictSame(said(), ['post 2', 'update 1.1 3', 'update 1.1 4'])
  },
)

t.test(
  'one that waits gives way to a newer one that is only queued, and a table that was never posted is posted by an update',
  async (t) => {
    const { given, told, said } = await givenTable(t, { status: 500 }, accepted('1.1'), accepted('9.9'))
    const started = await given('started', 2)
    t.match(await send(started), { retry: { name: 'retry.1s' } })
    const newer = await given('refreshed', 3)
    t.equal(await send(started), 'done')
    t.match(await outcome(started), { status: 'Sent', provider_id: null })
    await send(newer)
    t.match(await outcome(newer), { provider_id: '1.1' })
    t.match(await told('ended', 9, { started: 8 }), { provider_id: '9.9' }, 'a night of which nothing was posted has its summary')
    t.strictSame(said(), ['post 2', 'post 3', 'post *All clear: Nightly*'])
  },
)

t.test(
  'a summary that fails is tried again, with the table; other troubles of an update are those of any message',
  SIDE_BY_SIDE,
  async (t) => {
    const { given, told, said } = await givenTable(
      t,
      accepted('1.1'),
      accepted('1.1'),
      { status: 500 },
      accepted('1.1'),
      accepted('2.2'),
      refused('not_in_channel'),
    )
    await told('started', 2)
    const ended = await given('ended', 3)
    t.match(await send(ended), { retry: { name: 'retry.1s' } })
    t.equal(await send(ended), 'done')
    t.match(await outcome(ended), { status: 'Sent', provider_id: '2.2' })
    t.match(await told('refreshed', 4), { status: 'Failed', channelStatus: 'Disabled' })
    t.strictSame(said().slice(1), [
      'update 1.1 3',
      'post *All clear: Nightly*',
      'update 1.1 3',
      'post *All clear: Nightly*',
      'update 1.1 4',
    ])
  },
)

t.test('each channel has its own message, and an incoming webhook hears words', SIDE_BY_SIDE, async (t) => {
  const { slack, told, said } = await givenTable(t, accepted('1.1'), accepted('2.2'), accepted('1.1'), accepted('2.2'))
  const settings = { botToken: 'xoxb-secret', channelId: 'C9999999999', apiUrl: `${slack.url}/api` }
  const other = await givenChannel(db, { type: 'slack', settings })
  await told('started', 2)
  // The event is one; its notifications are one a channel.
  await told('started', 2, { to: other })
  await told('refreshed', 3)
  await told('refreshed', 3, { to: other })
  t.strictSame(said(), ['post 2', 'post 2', 'update 1.1 3', 'update 2.2 3'])
  const hook = await givenChannel(db, { type: 'slack', settings: { url: `${slack.url}/services/T0/B0/X` } })
  t.match(await told('started', 4, { to: hook }), { status: 'Sent', provider_id: null })
  t.match(
    JSON.parse(slack.received.at(-1)?.body ?? '').text,
    /^\*Nightly: 4 Dec 00:00–06:00 \(Asia\/Jakarta\)\*\n4 schedulers: 4 Up, as of 02:30\./,
  )
})

import { queuesFor } from '@lifeline/backbone/broker/topology'
import { changeChannel } from '@lifeline/backbone/db/channels/change-channel'
import type { ChannelRow } from '@lifeline/backbone/db/channels/channel'
import { commitOne } from '@lifeline/backbone/db/commit'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { addNotifications } from '@lifeline/backbone/db/notifications/add-notifications'
import { findFolds } from '@lifeline/backbone/db/notifications/fold-alerts'
import { openDatabase } from '@lifeline/backbone/db/open'
import { alertMessage } from '@lifeline/backbone/db/outbox/alert'
import { pruneOld } from '@lifeline/backbone/db/prune-old'
import type { Db } from '@lifeline/backbone/db/schema'
import { EVENT_SCHEMAS } from '@lifeline/backbone/kinds'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase, freshDatabaseUrl } from '@lifeline/testing/databases'
import { givenChannel } from '@lifeline/testing/given-channel'
import t from 'tap'
import { givenEvent, NOON } from './given-event.ts'
import { startTestCoordinator } from './start-test-coordinator.ts'

const told = (rows: readonly { channel_id: string | null; template: string; recipient: string }[], channel: ChannelRow) =>
  rows.filter(({ channel_id }) => channel_id === channel.id).map(({ template, recipient }) => [template, recipient])

t.test('every event that there is comes to the coordinator, whatever its kind, because a channel may ask for it', async (t) => {
  for (const type of Object.keys(EVENT_SCHEMAS))
    t.ok(
      queuesFor('events', [type]).some((queue) => queue.startsWith('coordinator:')),
      type,
    )
})

t.test('channels hear what matches their patterns, once each, and as well what nobody else hears of', async (t) => {
  const { db, handle, listNotifications } = await startTestCoordinator(t)
  const all = await givenChannel(db, { type: 'webhook', events: ['task.#'] })
  const deadlines = await givenChannel(db, { type: 'slack', events: ['task.deadline.*', 'task.deadline.passed'] })
  const silent = await givenChannel(db, { type: 'slack' })
  const disabled = await givenChannel(db, { type: 'slack', events: ['#'] })
  await commitOne(db, changeChannel, { id: disabled.id, command: { do: 'disable', reason: null }, actor: 'user:1', now: NOON })
  const events = [
    givenEvent('created', { version: 1 }),
    givenEvent('edited', { version: 2 }),
    givenEvent('deadline_passed', { version: 3 }),
  ]
  await handle(...events)
  await handle(...events)
  const rows = await listNotifications()
  const [wentOut, id] = [['task.created', 'task.updated', 'task.deadline.passed'], all.id]
  t.strictSame(
    told(rows, all),
    wentOut.map((template) => [template, id]),
  )
  t.strictSame(told(rows, deadlines), [['task.deadline.passed', deadlines.id]])
  for (const none of [silent, disabled]) t.strictSame(told(rows, none), [])
  const { id: title, after } = { id: 1, ...JSON.parse(rows[0]?.data ?? '') }
  t.match([title, after], [1, { title: 'Order the laptop' }], 'as of the event')
})

t.test('a channel that was made a moment ago hears at once, and one that is deleted no more', async (t) => {
  const { db, handle, listNotifications } = await startTestCoordinator(t)
  await handle(givenEvent('edited', { version: 2 }))
  const channel = await givenChannel(db, { events: ['task.*'] })
  await handle(givenEvent('edited', { version: 3 }))
  await commitOne(db, changeChannel, { id: channel.id, command: { do: 'delete' }, actor: 'user:1', now: NOON })
  await handle(givenEvent('edited', { version: 4 }))
  t.strictSame(
    (await listNotifications()).map(({ event_id }) => event_id.split('@')[1]),
    ['3'],
  )
})

t.test('a list of addresses gets a mail each, but nobody two: who hears anyway hears in words of their own', async (t) => {
  const { db, handle, listNotifications } = await startTestCoordinator(t)
  const settings = { addresses: ['ben@example.org', 'duty@example.org'] }
  const list = await givenChannel(db, { type: 'email', events: ['task.created'], settings })
  await handle(givenEvent('created'))
  const rows = await listNotifications()
  t.strictSame(rows.map(({ recipient, channel_id }) => [recipient, channel_id]).sort(), [
    ['ben@example.org', null],
    ['duty@example.org', list.id],
  ])
})

t.test('Opsgenie hears of what opens an alert or closes one', async (t) => {
  const { db, handle, listNotifications } = await startTestCoordinator(t)
  const channel = await givenChannel(db, { type: 'opsgenie', events: ['#'] })
  await handle(
    givenEvent('created', { version: 1 }),
    givenEvent('deadline_passed', { version: 2 }),
    givenEvent('moved', { version: 3, status: 'OnHold' }),
    givenEvent('moved', { version: 4, status: 'Completed' }),
  )
  t.strictSame(
    told(await listNotifications(), channel).map(([template]) => template),
    ['task.deadline.passed', 'task.status.updated'],
  )
})

t.test('whoever made a channel hears that it was disabled, unless they did it', async (t) => {
  const { db, handle, listNotifications } = await startTestCoordinator(t)
  for (const actor of ['system:notifier', 'mailto:ann@example.org']) {
    const { id } = await givenChannel(db, { actor: 'mailto:ann@example.org' })
    await commitOne(db, changeChannel, { id, command: { do: 'disable', reason: 'Slack answered 404.' }, actor, now: NOON })
  }
  const events = await db.selectFrom('outbox').selectAll().where('routing_key', '=', 'channel.disabled').orderBy('seq').execute()
  await handle(
    ...events.map((row) => ({ ...row, routingKey: row.routing_key, messageId: row.message_id, cc: [], headers: JSON.parse(row.headers) })),
  )
  t.match(await listNotifications(), [{ recipient: 'ann@example.org', template: 'channel.disabled', channel_id: null }])
  t.equal((await listNotifications()).length, 1)
})

const MINUTE = 60_000
const alert = (db: Db, n: number, minutes: number, key = 'notification.email') =>
  commitOne(db, addNotifications, {
    cause: { id: `alert/${n}@1`, subject: `alert/${n}` },
    principals: [],
    intents: ({ subscribers, leftOut }) =>
      subscribers.map(({ id }) => ({ channel: 'slack', channelId: id, recipient: id, template: 'alert.operations', data: { n, leftOut } })),
    foldKey: key,
    machineNow: new Date(NOON.getTime() + minutes * MINUTE),
  })

for (const engine of ENGINES) {
  t.test(`${engine}: of alerts of one key channels are told one in ten minutes, with how many were left out`, async (t) => {
    const db = await freshDatabase(t, engine)
    await givenChannel(db, { type: 'slack', events: ['alert.operations'] })
    t.equal(await alert(db, 1, 0), 1)
    t.equal(await alert(db, 1, 1), 0, 'the same one again is none')
    for (const [n, minutes] of [
      [2, 1],
      [3, 5],
      [4, 9.99],
    ] as const)
      t.equal(await alert(db, n, minutes), 0)
    t.equal(await alert(db, 5, 6, 'another key'), 1)
    t.match((await findFolds(db, ['notification.email'])).get('notification.email'), { left_out: 3 })
    t.equal(await alert(db, 6, 10), 1)
    t.equal(await alert(db, 7, 20), 1)
    const rows = await db.selectFrom('notifications').select('data').orderBy('id').execute()
    t.strictSame(
      rows.map(({ data }) => JSON.parse(data)),
      [
        { n: 1, leftOut: 0 },
        { n: 5, leftOut: 0 },
        { n: 6, leftOut: 3 },
        { n: 7, leftOut: 0 },
      ],
    )
    t.equal(await pruneOld(db, { table: 'alert_folds', key: ['id'], at: 'told_at' }, new Date(NOON.getTime() + 7 * MINUTE), 10), 1)
    t.equal((await findFolds(db, ['notification.email', 'another key'])).size, 1)
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: of a storm that several coordinators handle at once channels are told once, and nothing is miscounted`, async (t) => {
    const url = await freshDatabaseUrl(t, engine)
    const dbs = await Promise.all([1, 2, 3].map(() => openDatabase(url)))
    for (const db of dbs) t.after(() => db.destroy())
    const [db] = dbs as [Db]
    await givenChannel(db, { type: 'slack', events: ['alert.operations'] })
    const writers = dbs.map((one) => makeWriter(one))
    const one = (n: number) =>
      writers[n % 3]?.submit(addNotifications, {
        cause: { id: `alert/${n}@1`, subject: `alert/${n}` },
        principals: [],
        intents: ({ subscribers }) =>
          subscribers.map(({ id }) => ({ channel: 'slack', channelId: id, recipient: id, template: 'alert.operations', data: {} })),
        foldKey: 'storm',
        machineNow: NOON,
      })
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, (_, n) => one(n)))
    const done = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    // Whoever loses three races comes again, as any message does.
    t.equal(done.filter((count) => count === 1).length, 1)
    t.equal((await findFolds(db, ['storm'])).get('storm')?.left_out, done.length - 1)
    t.equal((await db.selectFrom('notifications').select('id').execute()).length, 1)
  })
}

t.test('an alert that nobody asks for leaves nothing behind, and one about a channel is not told through it', async (t) => {
  const { db, handle, listNotifications } = await startTestCoordinator(t)
  const data = { key: 'k', severity: 'error' as const, summary: 's', detail: {} }
  await handle(alertMessage(data, NOON))
  t.equal((await db.selectFrom('alert_folds').select('id').execute()).length, 0)
  const [broken, other] = [
    await givenChannel(db, { type: 'slack', events: ['alert.operations'] }),
    await givenChannel(db, { type: 'webhook', events: ['alert.#'] }),
  ]
  await handle(alertMessage({ ...data, detail: { channelId: broken.id } }, NOON))
  t.strictSame(told(await listNotifications(), broken), [])
  t.strictSame(told(await listNotifications(), other), [['alert.operations', other.id]])
})

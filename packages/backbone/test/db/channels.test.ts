import { openSettings } from '@lifeline/backbone/channels/settings'
import { type ChannelChange, changeChannel } from '@lifeline/backbone/db/channels/change-channel'
import type { ChannelCommand } from '@lifeline/backbone/db/channels/decide'
import { findChannels, getChannel, listChannels, listSubscribers } from '@lifeline/backbone/db/channels/find-channels'
import { CHANNEL_MOVES, CHANNEL_STATUSES } from '@lifeline/backbone/db/channels/status'
import { commitOne } from '@lifeline/backbone/db/commit'
import { listChannelNotifications, listOfSubject, testChannel } from '@lifeline/backbone/db/notifications/channel-notifications'
import type { Db } from '@lifeline/backbone/db/schema'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { givenChannel } from '@lifeline/testing/given-channel'
import t from 'tap'
import { at } from './given-task.ts'
import { assertOneOfEach } from './one-of-each.ts'

const SECRET = 'a secret of tests, for nothing that lasts'

const change = (db: Db, id: string, command: ChannelCommand, rest: Partial<ChannelChange> = {}) =>
  commitOne(db, changeChannel, { id, command, actor: 'user:1', now: at('13:00:00'), ...rest })

/** Where the channel leads to: no log and no event says it. */
const SECRET_TEXT = /hooks\.slack|XXXX|other\.example/

for (const engine of ENGINES) {
  t.test(`${engine}: a channel goes through its life, one version, log row and event a change`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenChannel(db, { type: 'slack', name: 'Ops', events: ['task.#'], now: at('12:00:00') })
    t.match(await getChannel(db, id), { name_key: 'ops', status: 'Active', version: 1, created_by: 'mailto:ann@example.org' })
    t.match(await change(db, id, { do: 'edit', edit: { name: 'Operations', events: null } }), { kind: 'changed' })
    t.match(await change(db, id, { do: 'edit', edit: { name: 'Operations', events: null } }), { kind: 'unchanged' })
    const settings = () => ({ settings: '{}', sealed: 'https://other.example.org' })
    t.match(await change(db, id, { do: 'edit', edit: { settings } }), { kind: 'changed' })
    t.match(await change(db, id, { do: 'disable', reason: 'Slack answered 404.' }, { alert: true, actor: 'system:notifier' }), {
      channel: { status: 'Disabled', disabled_reason: 'Slack answered 404.' },
    })
    t.match(await change(db, id, { do: 'disable', reason: 'again' }, { alert: true }), { kind: 'unchanged' })
    t.match(await change(db, id, { do: 'enable' }), { channel: { status: 'Active', disabled_reason: null } })
    t.match(await change(db, id, { do: 'edit', edit: { name: 'x' } }, { ifVersion: [2] }), { kind: 'stale' })
    t.match(await change(db, id, { do: 'delete' }), { kind: 'changed' })
    t.strictSame(await findChannels(db, [id]), [])
    t.match(await change(db, id, { do: 'enable' }), { kind: 'missing' })
    const { actions, types, logs } = await assertOneOfEach(t, db, 'channel', id, SECRET_TEXT)
    t.strictSame(actions, ['created', 'edited', 'edited', 'disabled', 'enabled', 'deleted'])
    const words = ['created', 'updated', 'updated', 'disabled', 'enabled', 'deleted']
    t.strictSame(
      types,
      words.map((word) => `channel.${word}`),
    )
    t.match(logs[3], { actor: 'system:notifier', reason: 'Slack answered 404.', from_status: 'Active', to_status: 'Disabled' })
    const alerts = await db.selectFrom('outbox').select('body').where('routing_key', '=', 'alert.operations').execute()
    t.match(
      alerts.map(({ body }) => JSON.parse(body)),
      [{ key: `channel/${id}`, summary: /Operations was disabled/ }],
    )
    t.equal(alerts.length, 1)
  })

  t.test(`${engine}: a name is one channel's, however it is written, while it lives`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenChannel(db, { name: 'Ops' })
    const taken = { code: 'not_unique', message: /channels_name_key/ }
    await t.rejects(givenChannel(db, { name: 'OPS' }), taken)
    const other = await givenChannel(db, { name: 'Other' })
    await t.rejects(change(db, other.id, { do: 'edit', edit: { name: 'oPs' } }), taken)
    t.match(await change(db, id, { do: 'edit', edit: { name: 'oPs' } }), { kind: 'changed' }, 'its own is free to it')
    await change(db, id, { do: 'delete' })
    t.ok(await givenChannel(db, { name: 'ops' }))
  })

  t.test(`${engine}: channels are listed newest first, and Active ones hear`, async (t) => {
    const db = await freshDatabase(t, engine)
    const a = await givenChannel(db, { type: 'email', events: ['task.created'], now: at('09:00:00') })
    const b = await givenChannel(db, { type: 'slack', name: 'Night', now: at('10:00:00') })
    const c = await givenChannel(db, { type: 'webhook', now: at('11:00:00') })
    await change(db, c.id, { do: 'disable', reason: null })
    const ids = async (...args: Parameters<typeof listChannels> extends [unknown, ...infer Rest] ? Rest : never) =>
      (await listChannels(db, ...args)).map(({ id }) => id)
    t.strictSame(await ids({}, { limit: 2 }), [c.id, b.id])
    t.strictSame(await ids({}, { limit: 2, afterId: b.id }), [a.id])
    t.strictSame(await ids({ status: 'Disabled' }, { limit: 9 }), [c.id])
    t.strictSame(await ids({ type: 'slack', status: 'Active' }, { limit: 9 }), [b.id])
    t.match(await listSubscribers(db), [
      { id: a.id, type: 'email', events: ['task.created'], settings: { addresses: ['duty@example.org', 'night@example.org'] } },
      { id: b.id, name: 'night', events: [], settings: { url: 'https://hooks.slack.com/…XXXX' } },
    ])
  })

  t.test(`${engine}: what was sent through a channel is listed newest first, by status, and by subject`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenChannel(db, { name: 'list', type: 'email', settings: { addresses: ['ann@example.org', 'bob@example.org'] } })
    const queue = () => commitOne(db, testChannel, { channelId: id, actor: 'user:1', machineNow: at('12:00:00') })
    const [first = [], second = []] = [await queue(), await queue()]
    const newest = [...second, ...first]
      .map((row) => row.id)
      .sort()
      .reverse()
    const listed = await listChannelNotifications(db, id, { limit: 3 })
    t.strictSame(
      listed.map((row) => row.id),
      newest.slice(0, 3),
    )
    t.equal((await listChannelNotifications(db, id, { limit: 9, afterId: newest[2] ?? '' })).length, 1)
    t.strictSame(await listChannelNotifications(db, id, { limit: 9, status: 'Sent' }), [])
    const { subject = '' } = first[0] ?? {}
    t.ok((await listOfSubject(db, id, subject)).every((row) => row.subject === subject && row.channel_id === id))
    t.strictSame(await listOfSubject(db, id, 'task/1'), [])
  })

  t.test(`${engine}: the CHECK on a channel's status agrees with the table of moves`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenChannel(db)
    const set = (status: string) => db.updateTable('channels').set({ status }).where('id', '=', id).execute()
    for (const status of CHANNEL_STATUSES) await t.resolves(set(status), status)
    await t.rejects(set('Paused'), /channels_status_check/)
    t.strictSame(CHANNEL_STATUSES.flatMap((status) => CHANNEL_MOVES[status]).sort(), [...CHANNEL_STATUSES].sort())
  })
}

t.test('what is stored of a channel tells its settings to whoever has the secret, and to nobody else', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const { id } = await givenChannel(db, { type: 'slack' })
  const row = await getChannel(db, id)
  t.notMatch(JSON.stringify(row), /T00000000/)
  t.match(openSettings(row, makeSecrets(SECRET)), { url: /T00000000/ })
  t.throws(() => openSettings(row, makeSecrets('another secret of tests, for nothing')))
})

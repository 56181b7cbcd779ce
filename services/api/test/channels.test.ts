import { openSettings } from '@lifeline/backbone/channels/settings'
import { getChannel } from '@lifeline/backbone/db/channels/find-channels'
import { ENGINES } from '@lifeline/testing/databases'
import t from 'tap'
import { givenApi, SECRETS } from './given-api.ts'

const HOOK = { name: 'Hook', type: 'webhook', settings: { url: 'https://example.org/hooks/0123456789abcdef' }, events: ['task.#'] }
const SLACK = 'https://hooks.slack.com/services/T00000000/B00000000/0123456789abcdef'

for (const engine of ENGINES) {
  t.test(`${engine}: a channel is made, read, edited, disabled, enabled and deleted, and all of it is in the audit`, async (t) => {
    const { send, db } = await givenApi(t, engine)
    const { status, headers, json: made } = await send('POST', '/channels', HOOK)
    t.equal(status, 201)
    t.match(made, { name: 'Hook', type: 'webhook', events: ['task.#'], status: 'Active', version: 1, secret: /^whsec_/ })
    t.strictSame(made.settings, { url: 'https://example.org/…cdef' })
    t.match(headers, { etag: '"1"', location: `/api/v1/channels/${made.id}` })
    const path = `/channels/${made.id}`
    const { secret: _, ...seen } = made
    t.strictSame((await send('GET', path)).json, seen, 'the secret is not answered again')
    t.equal((await send('GET', path, undefined, { 'if-none-match': '"1"' })).status, 304)
    t.match(await send('PATCH', path, { name: 'Hooks', events: null }, { 'if-match': '"1"' }), {
      status: 200,
      json: { name: 'Hooks', events: null },
    })
    t.equal((await send('PATCH', path, { name: 'x' }, { 'if-match': '"1"' })).status, 412)
    t.match(await send('POST', `${path}/disable`, { reason: 'Too loud' }), { json: { status: 'Disabled', disabledReason: 'Too loud' } })
    t.match(await send('POST', `${path}/disable`), { status: 200, json: { version: 3 } }, 'once more is no change, with nothing to say')
    t.match(await send('POST', `${path}/enable`), { json: { status: 'Active', disabledReason: null, version: 4 } })
    t.match((await send('GET', '/channels?status=Active&type=webhook')).json, { items: [{ id: made.id }], nextCursor: null })
    t.equal((await send('DELETE', path)).status, 204)
    t.equal((await send('GET', path)).status, 404)
    const audit = (await send('GET', '/audit?kind=channel')).json.items
    t.strictSame(audit.map(({ action }: { action: string }) => action).sort(), ['created', 'deleted', 'disabled', 'edited', 'enabled'])
    t.notMatch(JSON.stringify([audit, await db.selectFrom('outbox').selectAll().execute()]), /example\.org\/hooks|whsec_/)
  })

  t.test(`${engine}: a test and a replay go into the channel's queue, and are listed`, async (t) => {
    const { send, db } = await givenApi(t, engine)
    const { id } = (await send('POST', '/channels', HOOK)).json
    const tested = await send('POST', `/channels/${id}/test`)
    t.match(tested, { status: 202, json: { items: [{ type: 'channel.test', status: 'Queued', attempts: 0 }] } })
    const [{ id: notificationId }] = tested.json.items
    const queued = await db.selectFrom('outbox').select(['routing_key', 'body']).where('exchange', '=', 'notification').execute()
    t.strictSame(queued, [{ routing_key: 'notification.webhook', body: JSON.stringify({ notificationId }) }])
    t.match(await send('POST', `/channels/${id}/replay`, { notificationId }), { status: 409, json: { detail: /is Queued/ } })
    await db.updateTable('notifications').set({ status: 'Failed' }).where('id', '=', notificationId).execute()
    t.match(await send('POST', `/channels/${id}/replay`, { notificationId }), {
      status: 202,
      json: { id: notificationId, status: 'Queued' },
    })
    t.match((await send('GET', `/channels/${id}/notifications?status=Queued`)).json, { items: [{ id: notificationId }], nextCursor: null })
    t.strictSame((await send('GET', `/channels/${id}/notifications?status=Sent`)).json.items, [])
    const other = (await send('POST', '/channels', { ...HOOK, name: 'Other' })).json
    t.equal((await send('POST', `/channels/${other.id}/replay`, { notificationId })).status, 404, 'of another channel it is none')
  })
}

const { send, db } = await givenApi(t)

t.test('of many notifications a page leads to the next', async (t) => {
  const { id } = (await send('POST', '/channels', { ...HOOK, name: 'Pages' })).json
  for (let i = 0; i < 3; i++) await send('POST', `/channels/${id}/test`)
  const first = (await send('GET', `/channels/${id}/notifications?limit=2`)).json
  const rest = (await send('GET', `/channels/${id}/notifications?limit=2&cursor=${first.nextCursor}`)).json
  t.strictSame([first.items.length, rest.items.length, rest.nextCursor], [2, 1, null])
})

t.test('the same POST with its Idempotency-Key is the same channel, and the same secret', async (t) => {
  const key = { 'idempotency-key': 'once' }
  const [first, second] = [
    await send('POST', '/channels', { ...HOOK, name: 'Once' }, key),
    await send('POST', '/channels', { ...HOOK, name: 'Once' }, key),
  ]
  t.strictSame([second.status, second.headers['idempotency-replayed'], second.json], [201, 'true', first.json])
  const stored = await db.selectFrom('idempotency_keys').select('body').execute()
  t.notMatch(JSON.stringify(stored), first.json.secret)
})

t.test('another secret is made, and the one before signs beside it', async (t) => {
  const { id, secret } = (await send('POST', '/channels', { ...HOOK, name: 'Rotated' })).json
  const rotated = await send('POST', `/channels/${id}/rotate`, undefined, { 'if-match': '"1"' })
  t.match(rotated, { status: 200, headers: { etag: '"2"' }, json: { secret: /^whsec_/ } })
  t.match(openSettings(await getChannel(db, id), SECRETS), { secret: rotated.json.secret, previous: secret })
  const slack = (await send('POST', '/channels', { name: 'S', type: 'slack', settings: { url: SLACK } })).json
  t.match(await send('POST', `/channels/${slack.id}/rotate`), { status: 409, json: { detail: /type slack has no secret/ } })
})

const REFUSED: [what: string, body: object, pointer: string, detail: RegExp][] = [
  ['a type that is none', { type: 'pigeon' }, '/type', /one of slack, webhook, opsgenie, email/],
  ['no settings', { settings: undefined }, '/settings', /is required/],
  ['a setting of another type', { settings: { apiKey: '0123456789' } }, '/settings/apiKey', /type webhook has; it has url, secret/],
  ['a setting of none', { settings: { uri: 'x' } }, '/settings/uri', /is not known here; known are url/],
  ['a URL that is none', { settings: { url: 'example.org' } }, '/settings/url', /must be a URL/],
  ['a short secret', { settings: { ...HOOK.settings, secret: 'whsec_short' } }, '/settings/secret', /24 to 64 random bytes/],
  ['a pattern that matches nothing', { events: ['task.#', 'task.completed'] }, '/events/1', /matches no event; there are task\.created/],
  ['a pattern that is none', { events: ['task..'] }, '/events/0', /a pattern of event types/],
  ['no patterns', { events: [] }, '/events', /a list of 1 to 20 patterns/],
  ['an address that is none', { type: 'email', settings: { addresses: ['ann'] } }, '/settings/addresses/0', /must be an e-mail address/],
]

for (const [what, body, pointer, detail] of REFUSED) {
  t.test(`${what} is refused by its name`, async (t) => {
    const { status, json } = await send('POST', '/channels', { ...HOOK, name: `Refused ${what}`, ...body })
    t.match({ status, errors: json.errors }, { status: 422, errors: [{ in: 'body', pointer, detail }] })
  })
}

t.test('an edit is held to the same, and to its type', async (t) => {
  const { id } = (await send('POST', '/channels', { name: 'Edited', type: 'slack', settings: { url: SLACK } })).json
  const edit = (settings: object) => send('PATCH', `/channels/${id}`, { settings })
  t.match(await edit({ botToken: 'xoxb-1' }), { status: 422, json: { errors: [{ pointer: '/settings/channelId' }] } })
  t.match(await edit({ addresses: ['a@example.org'] }), { status: 422, json: { errors: [{ pointer: '/settings/addresses' }] } })
  t.match(await edit({ url: SLACK }), { status: 200, json: { version: 1 } }, 'the same is no change')
  t.match(await edit({ botToken: 'xoxb-1', channelId: 'C0123456789' }), {
    status: 200,
    json: { version: 2, settings: { channelId: 'C0123456789' } },
  })
})

t.test('a name is taken, however it is written', async (t) => {
  await send('POST', '/channels', { ...HOOK, name: 'Taken' })
  const { status, json } = await send('POST', '/channels', { ...HOOK, name: 'TAKEN' })
  t.match({ status, json }, { status: 409, json: { code: 'not_unique', errors: [{ pointer: '/name', detail: /another channel/ }] } })
})

t.test('no error repeats a secret', async (t) => {
  for (const settings of [
    { url: 7 },
    { url: 'ftp://hunter2' },
    { secret: 'hunter2' },
    { botToken: 'hunter2' },
    { apiKey: 'hunter2 hunter2' },
  ]) {
    const { status, body } = await send('POST', '/channels', { ...HOOK, name: 'Secret', settings })
    t.equal(status, 422)
    t.notMatch(body, /hunter2/)
  }
})

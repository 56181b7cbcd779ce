import t from 'tap'
import { givenApi, KEY } from './given-api.ts'
import { givenKey, givenPerson } from './given-key.ts'

const ANYBODY = { authorization: '' }
const uuid = (n: number) => `5dc4da2c-0d2c-43a4-9e5d-0000000000${n}`

/** A check as healthchecks lists it to a key that may also write. */
const check = (n: number, fields: object = {}) => ({
  ...{
    name: `job ${n}`,
    slug: `job-${n}`,
    tags: '',
    desc: '',
    grace: 3_600,
    n_pings: 7,
    status: 'up',
    started: false,
    manual_resume: false,
  },
  ...{ last_ping: '2026-02-20T10:00:00+00:00', next_ping: null, methods: '', subject: '', success_kw: '', filter_subject: false },
  ...{ uuid: uuid(n), ping_url: `https://hc-ping.com/${uuid(n)}`, update_url: 'https://x', channels: '', timeout: 86_400 },
  ...fields,
})

type Item = { name: string; outcome: string; schedulerId?: string; detail?: string; leftOut?: string[] }

async function givenImport(...args: Parameters<typeof givenApi>) {
  const api = await givenApi(...args)
  const take = async (checks: object[], headers = {}) => {
    const { status, json, body } = await api.send('POST', '/schedulers/import', { checks, what: 'else' }, headers)
    if (status !== 200) throw new Error(body)
    return json as { items: Item[]; registered: number; edited: number; unchanged: number; refused: number }
  }
  const logs = async (id: string) => (await api.send('GET', `/schedulers/${id}/history`)).json.items as { action: string }[]
  return { ...api, take, logs }
}

t.test('checks come over with schedule, tags, pause and address, and a second time nothing changes', async (t) => {
  const { take, send, logs } = await givenImport(t)
  const schedule = { schedule: '0 2 * * *', tz: 'Asia/Jakarta', timeout: undefined }
  const checks = [
    check(10, { name: 'Nightly backup', slug: 'nightly-backup', tags: 'prod db', ...schedule, channels: uuid(99) }),
    check(11, { status: 'paused', desc: 'no longer used', methods: 'POST', filter_subject: true }),
    check(12, { status: 'paused', manual_resume: true }),
    check(13, { name: '', slug: 'only-a-slug' }),
    check(14, { name: '', slug: '' }),
    check(15, { slug: 'older-name' }),
  ]
  const first = await take(checks)
  t.match(first, { registered: 6, edited: 0, unchanged: 0, refused: 0 })
  t.match(first.items, [
    { name: 'Nightly backup', outcome: 'registered', leftOut: ['channels'] },
    { name: 'job 11', leftOut: ['desc', 'methods', 'filter_subject'] },
    { name: 'job 12', leftOut: undefined },
    { name: 'only-a-slug' },
    { name: uuid(14) },
    { name: 'job 15', leftOut: ['slug'] },
  ])
  const [backup, paused, sticky] = first.items.map(({ schedulerId }) => schedulerId ?? '')
  t.match((await send('GET', `/schedulers/${backup}`)).json, {
    ...{ cron: '0 2 * * *', timeZone: 'Asia/Jakarta', graceSeconds: 3_600, tags: ['db', 'prod'], channels: [], status: 'New', version: 1 },
    pingUrl: new RegExp(`/ping/${uuid(10)}$`),
  })
  t.match((await send('GET', `/schedulers/${paused}`)).json, { periodSeconds: 86_400, status: 'Paused', nextExpectedAt: null, version: 2 })
  t.strictSame(
    (await logs(paused ?? '')).map(({ action }) => action),
    ['paused', 'registered'],
  )
  const again = await take(checks)
  t.match(again, { registered: 0, edited: 0, unchanged: 6, refused: 0 })
  t.strictSame(
    again.items.map(({ schedulerId }) => schedulerId),
    first.items.map(({ schedulerId }) => schedulerId),
  )
  // One reports, one only when it is resumed; what was resumed here is not paused again.
  t.equal((await send('GET', `/${uuid(11)}`, undefined, ANYBODY)).body, 'OK\n')
  t.match((await send('GET', `/${uuid(12)}`, undefined, ANYBODY)).body, /ignored/)
  t.match((await send('GET', `/schedulers/${sticky}`)).json.status, 'Paused')
  t.match((await take([checks[1] ?? {}])).items, [{ outcome: 'unchanged', leftOut: ['desc', 'methods', 'filter_subject', 'status'] }])
  t.match((await take([check(15, { slug: 'older-name', grace: 60 })])).items, [{ outcome: 'edited' }])
})

t.test('what cannot be taken is refused by itself, with the reason', async (t) => {
  const { take, send } = await givenImport(t)
  await send('POST', '/schedulers/register', { name: 'mine', periodSeconds: 60 })
  const { items, ...counts } = await take([
    check(10, { schedule: 'Mon..Fri *-*-* 12:00:00', tz: 'UTC' }),
    check(11, { schedule: '0 0 2 * * *' }),
    check(12, { schedule: '0 2 * * *', tz: 'Mars/Olympus' }),
    check(13, { timeout: 31_536_001, grace: -1 }),
    check(14, { name: 'twice' }),
    check(15, { name: 'twice' }),
    check(16, { name: 'mine' }),
    check(17, { name: 'x'.repeat(201) }),
    check(18, { name: 5 }),
    check(19, { ping_url: 'https://hc-ping.com/x' }),
    check(20, { ping_url: null, uuid: `llk_${'x'.repeat(20)}` }),
    check(21, { ping_url: `https://hc-ping.com/${uuid(14)}` }),
    check(22, { tags: 'x'.repeat(51) }),
    {},
  ])
  t.match(counts, { registered: 1, edited: 0, unchanged: 0, refused: 13 })
  const says = [
    /^schedule must be .*OnCalendar/,
    /^schedule must be a cron expression/,
    /^tz must be a time zone/,
    /^grace must be .*timeout must be|^timeout must be .*grace must be/,
    undefined,
    /^name is that of another check before it/,
    /^name is taken by another scheduler, with another ping address/,
    /^name must be a string of 1 to 200/,
    /^name must be a string/,
    /^ping_url must be an address/,
    /^uuid must be a UUID/,
    /^ping_url is taken by another scheduler/,
    /^tags must be/,
    /^name is required/,
  ]
  for (const [i, { outcome, detail }] of items.entries()) {
    t.equal(outcome, says[i] === undefined ? 'registered' : 'refused')
    if (says[i] !== undefined) t.match(detail, says[i])
  }
})

t.test('a key of healthchecks that may only read tells no address: there is a new one, and it is said', async (t) => {
  const { take, send } = await givenImport(t)
  const readOnly = { ...check(10), uuid: undefined, ping_url: undefined, unique_key: 'a6c7b0a8a66bed0df66abfdab3c77736861703ee' }
  const { items } = await take([readOnly])
  t.match(items, [{ outcome: 'registered', leftOut: ['ping_url'] }])
  const { pingUrl } = (await send('GET', `/schedulers/${items[0]?.schedulerId}`)).json
  t.equal((await send('GET', new URL(pingUrl).pathname, undefined, ANYBODY)).status, 200)
  t.match(await take([readOnly]), { unchanged: 1 })
})

t.test('an address whose scheduler was deleted is given to no other, and nobody edits what is not theirs', async (t) => {
  const { take, send, db } = await givenImport(t)
  const { items } = await take([check(10)])
  const ann = await givenPerson(db, { role: 'member' })
  t.match((await take([check(10, { grace: 60 })], ann.bearer)).items, [{ outcome: 'refused', detail: /^name is taken/ }])
  await send('DELETE', `/schedulers/${items[0]?.schedulerId}`)
  t.match((await take([check(10)])).items, [{ outcome: 'refused', detail: /ping_url is taken by another.*deleted/ }])
})

t.test('as many as a thousand checks come over at once, and more are refused', async (t) => {
  const { take, send } = await givenImport(t)
  const many = Array.from({ length: 1_000 }, (_, i) => ({ name: `job ${i}`, timeout: 60 }))
  t.match(await take(many), { registered: 1_000 })
  t.match(await send('POST', '/schedulers/import', { checks: [...many, { name: 'x' }] }), { status: 422 })
  for (const body of [{}, { checks: 'x' }, { checks: [5] }]) t.equal((await send('POST', '/schedulers/import', body)).status, 422)
})

t.test('ping addresses of healthchecks work with another host', async (t) => {
  const { take, send } = await givenImport(t)
  const { items } = await take([check(10)])
  const ping = (what: string) => send('GET', what, undefined, ANYBODY)
  for (const what of ['/start?rid=5dc4da2c-0d2c-43a4-9e5d-0d2c43a49e5d', '/0', '/log', '/fail', '/3', '', '/', '?rid=x'])
    for (const path of [`/${uuid(10)}`, `/${uuid(10)}`.toUpperCase()]) t.equal((await ping(path + what)).body, 'OK\n', path + what)
  t.equal((await ping(`/ping/${uuid(10)}/start`)).body, 'OK\n')
  t.match((await send('GET', `/schedulers/${items[0]?.schedulerId}/pings`)).json.items, [{ kind: 'start' }])
  t.equal((await ping(`/${uuid(11)}`)).status, 404)
  t.equal((await ping(`/${uuid(10)}/256`)).status, 422)
  t.equal((await ping(`/${uuid(10)}x`)).status, 404)
})

t.test('with a key and a slug in the address a job needs no more, and its first ping may register it', async (t) => {
  const { send, db } = await givenImport(t)
  const ping = (path: string) => send('GET', path, undefined, ANYBODY)
  t.match(await ping(`/ping/${KEY}/nightly`), { status: 404, json: { detail: 'There is no scheduler with this slug.' } })
  const made = await ping(`/ping/${KEY}/nightly/start?create=1&cron=0+2+*+*+*&tz=Asia/Jakarta&grace=120`)
  t.match([made.status, made.body], [201, 'OK\n'])
  t.equal((await ping(`/${KEY}/nightly?create=1&period=5`)).status, 200)
  t.equal((await ping(`/${KEY}/fail/3?create=1`)).status, 201, 'also one that is called like a signal')
  const both = await Promise.all([1, 2].map(() => ping(`/${KEY}/at-once?create=1`)))
  t.strictSame(both.map(({ status }) => status).sort(), [200, 201])
  t.match((await send('GET', '/schedulers')).json.items, [
    { name: 'at-once', periodSeconds: 86_400, graceSeconds: 3_600 },
    { name: 'fail', lastError: 'Exit code 3.' },
    { name: 'nightly', cron: '0 2 * * *', timeZone: 'Asia/Jakarta', graceSeconds: 120, status: 'Up' },
  ])
  const only = await givenKey(db, { scopes: ['scheduler:ping'] })
  t.equal((await ping(`/ping/${only.text}/nightly`)).status, 200)
  t.match(await ping(`/ping/${only.text}/more?create=1`), { status: 403, json: { detail: /scheduler:create/ } })
  const none = await givenKey(db, { scopes: ['task:read'] })
  t.equal((await ping(`/ping/${none.text}/nightly`)).status, 403)
  t.equal((await ping('/ping/llk_test_0123456789abcdee/nightly')).status, 401)
  t.match(await ping(`/${KEY}/A%20b?create=1`), { status: 422, json: { errors: [{ in: 'path', pointer: '/slug' }] } })
  t.match(await ping(`/${KEY}/x?create=1&period=0`), { status: 422, json: { errors: [{ in: 'query', pointer: '/period' }] } })
  t.match(await ping(`/${KEY}/x?create=1&cron=0+0+0+*+*+*`), { status: 422, json: { errors: [{ in: 'query', pointer: '/cron' }] } })
  t.match(await ping(`/${KEY}/x?create=1&tz=Mars/Olympus`), { status: 422, json: { errors: [{ in: 'query', pointer: '/tz' }] } })
  await send('POST', '/schedulers/register', { name: 'Nightly', periodSeconds: 60 })
  await send('POST', '/schedulers/register', { name: 'nightly-2', periodSeconds: 60 })
  t.equal((await ping(`/${KEY}/nightly-2-2?create=1`)).status, 200, 'the slug of one whose name was taken')
})

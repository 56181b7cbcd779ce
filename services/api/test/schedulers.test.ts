import t from 'tap'
import { givenApi } from './given-api.ts'
import { givenKey, givenPerson } from './given-key.ts'
import { pathOf, registered } from './given-scheduler.ts'

const MINUTE = 60_000

t.test('a job registers, and registers again: 201, then 200 with what is different', async (t) => {
  const { send, clock } = await givenApi(t, 'pglite', { publicUrl: 'https://lifeline.example.org/' })
  const body = { name: 'nightly', cron: '30 2 * * *', timeZone: 'Asia/Jakarta', tags: ['b', 'a'] }
  const first = await send('POST', '/schedulers/register', body)
  t.equal(first.status, 201)
  t.match(first.json, {
    name: 'nightly',
    slug: 'nightly',
    status: 'New',
    tags: ['a', 'b'],
    graceSeconds: 17_280,
    createdBy: 'key:test',
    version: 1,
  })
  t.equal(first.headers.location, `/api/v1/schedulers/${first.json.id}`)
  t.match(first.json.pingUrl, /^https:\/\/lifeline\.example\.org\/ping\/[\w-]{22}$/)
  t.strictSame(first.json.nextFireTimes.slice(0, 2), ['2026-03-02T19:30:00.000Z', '2026-03-03T19:30:00.000Z'])
  t.equal(first.json.nextFireTimes.length, 5)
  clock.advance(MINUTE)
  const same = await send('POST', '/schedulers/register', body)
  t.strictSame([same.status, same.json.version, same.json.pingUrl], [200, 1, first.json.pingUrl])
  const changed = await send('POST', '/schedulers/register', { name: 'nightly', periodSeconds: 60 })
  t.strictSame([changed.status, changed.json.version, changed.json.cron, changed.json.tags], [200, 2, null, ['a', 'b']])
})

t.test('two registrations at once are one scheduler, and one with an Idempotency-Key is answered again', async (t) => {
  const { send, db } = await givenApi(t)
  const register = (key: string) => send('POST', '/schedulers/register', { name: 'x', periodSeconds: 60 }, { 'idempotency-key': key })
  const answers = await Promise.all(['a', 'b', 'c'].map(register))
  t.strictSame(answers.map(({ status }) => status).sort(), [200, 200, 201])
  t.equal(new Set(answers.map(({ json }) => json.id)).size, 1)
  const again = await register('a')
  t.strictSame([again.body, again.headers['idempotency-replayed']], [answers[0]?.body, 'true'])
  const stored = await db.selectFrom('idempotency_keys').selectAll().execute()
  t.notMatch(JSON.stringify(stored), answers[0]?.json.pingUrl, 'the address is stored sealed only')
})

t.test('what cannot be registered is refused, naming the field, the value and what is allowed', async (t) => {
  const { send } = await givenApi(t)
  const refused = async (body: object, pointer: string, detail: RegExp | string) => {
    const { status, json } = await send('POST', '/schedulers/register', { name: 'x', periodSeconds: 60, ...body })
    t.equal(status, 422, JSON.stringify(body))
    t.match(json.errors, [{ in: 'body', pointer, detail }])
  }
  const cron = (expression: string) => ({ cron: expression, periodSeconds: undefined })
  await refused(cron('0 0 2 * * *'), '/cron', /"0 0 2 \* \* \*".*five fields.*has 6\. Seconds are not among them/)
  await refused(cron('61 * * * *'), '/cron', /"61 \* \* \* \*"/)
  await refused(cron('0 0 31 2 *'), '/cron', /never matches/)
  await refused(
    { timeZone: 'Mars/Olympus' },
    '/timeZone',
    'must be a time zone of the IANA database, like Asia/Jakarta or UTC; it is "Mars/Olympus"',
  )
  await refused({ periodSeconds: 0 }, '/periodSeconds', /from 1 to 31536000.*it is the number 0/)
  await refused({ periodSeconds: undefined }, '/periodSeconds', /is required, unless there is cron/)
  await refused({ cron: '@daily' }, '/cron', /goes without periodSeconds/)
  await refused({ graceSeconds: 31_536_001 }, '/graceSeconds', /from 0 to 31536000/)
  await refused({ name: ' ' }, '/name', /not only blanks/)
  await refused({ dependsOn: ['019c0000-0000-7000-8000-000000000000'] }, '/dependsOn', /019c0000-0000-7000-8000-000000000000 does not/)
  await refused({ contentRules: ['ERROR'] }, '/contentRules', /must be an object of failure, success, start and otherwise.*a list of 1/)
  await refused({ contentRules: { failure: 'ERROR' } }, '/contentRules/failure', /must be a list of at most 10 words.*it is "ERROR"/)
  await refused({ contentRules: { start: Array(11).fill('x') } }, '/contentRules/start', /at most 10 words.*it is a list of 11/)
  await refused({ contentRules: { success: ['x'.repeat(51)] } }, '/contentRules/success/0', /1 to 50 characters.*it is "x{51}"/)
  await refused({ contentRules: { success: [''] } }, '/contentRules/success/0', /1 to 50 characters/)
  await refused({ contentRules: { otherwise: 'start' } }, '/contentRules/otherwise', /one of success, fail, log .*it is "start"/)
  await refused({ contentRules: { Failure: ['x'] } }, '/contentRules/Failure', /known are failure, success, start, otherwise/)
  const emoji = Array(10).fill('😀'.repeat(50))
  await refused({ contentRules: { failure: emoji, success: emoji, start: emoji } }, '/contentRules', /at most 4000 bytes.*it takes 61\d\d/)
  await refused({ minRuntimeSeconds: 0 }, '/minRuntimeSeconds', /from 1 to 31536000.*, or null; it is the number 0/)
  await refused({ maxRunsPerPeriod: 0 }, '/maxRunsPerPeriod', /from 1 to 10000.*, or null; it is the number 0/)
  await refused({ maxRunsPerPeriod: 1.5 }, '/maxRunsPerPeriod', /a whole number.*it is the number 1.5/)
  await refused({ anomalyIsFailure: 'yes' }, '/anomalyIsFailure', /must be true .* or false .*it is "yes"/)
  await refused({ minRuntimeSeconds: 61, maxRuntimeSeconds: 60 }, '/minRuntimeSeconds', 'must be at most maxRuntimeSeconds, which is 60')
  const quoted = Array.from({ length: 10 }, (_, i) => `${'"'.repeat(57)}${i}`)
  await refused({ channels: quoted }, '/channels', 'must take at most 1000 characters as JSON; it takes 1181')
  await refused({ escalateChannels: quoted }, '/escalateChannels', /at most 1000 characters/)
  await refused({ color: 'red' }, '/color', /is not known here/)
})

t.test('it is read with an ETag that pings change too, edited if it is as it was, and deleted', async (t) => {
  const api = await givenApi(t)
  const { send } = api
  const { id, pingUrl } = await registered(api)
  const path = `/schedulers/${id}`
  const read = await send('GET', path)
  const { etag } = read.headers as { etag: string }
  t.match(etag, /^"1\.[\w-]{12}"$/)
  t.equal((await send('GET', path, undefined, { 'if-none-match': etag })).status, 304)
  await send('GET', pathOf(pingUrl))
  const pinged = await send('GET', path, undefined, { 'if-none-match': etag })
  t.match(pinged, { status: 200, json: { status: 'Up', version: 2, lastPingAt: '2026-03-02T09:00:00.000Z' } })
  const stale = await send('PATCH', path, { graceSeconds: 60 }, { 'if-match': etag })
  t.match(stale, { status: 412, json: { code: 'precondition_failed', detail: /"2"/ } })
  await send('GET', pathOf(pingUrl))
  const edited = await send(
    'PATCH',
    path,
    { graceSeconds: 60, maxRuntimeSeconds: 30, tags: null },
    { 'if-match': pinged.headers.etag as string },
  )
  t.match(
    edited,
    { status: 200, json: { graceSeconds: 60, maxRuntimeSeconds: 30, version: 3 } },
    'a ping is no change that an edit could undo',
  )
  t.match(await send('PATCH', path, { cron: '* * * *' }), { status: 422 })
  t.match(await send('PATCH', path, { dependsOn: [id] }), { status: 422, json: { detail: /must not lead back/ } })
  const other = await registered(api, { name: 'other', dependsOn: [id] })
  t.match(await send('PATCH', path, { dependsOn: [other.id] }), { status: 422, json: { detail: /must not lead back/ } })
  t.match(await send('PATCH', path, { name: 'other' }), { status: 409, json: { code: 'not_unique', errors: [{ pointer: '/name' }] } })
  t.equal((await send('DELETE', path)).status, 204)
  t.match(await send('GET', path), { status: 404, json: { code: 'not_found' } })
  t.equal((await send('GET', pathOf(pingUrl))).status, 404)
})

t.test('its status is put in our words or in the brief’s; anything else is refused with the list', async (t) => {
  const api = await givenApi(t)
  const { send, clock } = api
  const { id } = await registered(api)
  const put = (status: string, more: object = {}) => send('PUT', `/schedulers/${id}/status`, { status, ...more })
  t.match((await put('Running', { runId: 'r1' })).json, { running: true, status: 'New' })
  clock.advance(2_500)
  t.match((await put('Succeeded', { runId: 'r1' })).json, { running: false, status: 'Up', lastDurationSeconds: 2.5 })
  t.match((await put('ERROR', { error: 'disk full' })).json, { status: 'Down', lastError: 'disk full' })
  for (const word of ['SUCCESS', 'COMPLETED', 'IDLE']) t.match((await put(word)).json, { status: 'Up' }, word)
  t.match((await put('TIMEOUT')).json, { status: 'Down', lastError: 'It took too long.' })
  t.match((await put('PAUSED')).json, { status: 'Paused' })
  t.match((await put('ACTIVE')).json, { status: 'New' })
  t.match(await put('ACTIVE'), { status: 409, json: { code: 'illegal_move' } })
  t.match((await put('RUNNING')).json, { running: true })
  t.match(await put('done'), {
    status: 422,
    json: { errors: [{ pointer: '/status', detail: /^must be one of Running, Succeeded, Failed, RUNNING, .*; it is "done"$/ }] },
  })
  const { json } = await send('GET', `/schedulers/${id}/runs?limit=3`)
  t.match(json.items, [{ outcome: 'Lost' }, { outcome: 'Failed', error: 'It took too long.' }, { outcome: 'Succeeded' }].slice(1))
})

t.test(
  'a heartbeat is a success, or extends the run that is open; one from the future, to nobody or to a paused one is refused',
  async (t) => {
    const api = await givenApi(t)
    const { send, clock } = api
    const { id } = await registered(api)
    const beat = (body?: object) => send('POST', `/schedulers/${id}/heartbeat`, body)
    t.match(await beat(), { status: 200, json: { status: 'Up', nextExpectedAt: '2026-03-02T09:10:00.000Z' } })
    await send('PUT', `/schedulers/${id}/status`, { status: 'Running', runId: 'long' })
    clock.advance(MINUTE)
    t.match((await beat({ runId: 'long' })).json, { running: true, version: 2 })
    t.match(await beat({ at: '2026-03-02T09:02:00Z' }), {
      status: 422,
      json: {
        errors: [
          {
            in: 'body',
            pointer: '/at',
            detail: /must not be in the future; it is 2026-03-02T09:02:00.000Z, and now is 2026-03-02T09:01:00.000Z/,
          },
        ],
      },
    })
    t.equal((await beat({ at: '2026-03-02T09:01:03Z' })).status, 200, 'clocks differ by seconds')
    for (const bad of ['a b', 'a"b', 'a\\b'])
      t.match(await beat({ runId: bad }), { status: 422, json: { errors: [{ pointer: '/runId' }] } }, bad)
    t.match(await send('POST', '/schedulers/019c0000-0000-7000-8000-000000000000/heartbeat'), { status: 404 })
    await send('POST', `/schedulers/${id}/pause`, { sticky: true })
    t.match(await beat(), { status: 409, json: { code: 'paused' } })
    const { json } = await send('GET', `/schedulers/${id}/pings?limit=2`)
    t.match(json.items, [{ kind: 'ignored' }, { kind: 'heartbeat', method: 'POST' }], 'it was kept')
  },
)

t.test('twenty-one runs at once, with names as long as may be: the oldest is Lost', async (t) => {
  const api = await givenApi(t)
  const { id } = await registered(api)
  const run = (i: number) => ({ status: 'Running', runId: `~[]!#/${String(i).padStart(58, '0')}` })
  for (let i = 0; i < 21; i++) t.equal((await api.send('PUT', `/schedulers/${id}/status`, run(i))).status, 200)
  t.match((await api.send('GET', `/schedulers/${id}/runs`)).json.items, [{ outcome: 'Lost', runId: run(0).runId }])
})

t.test('it is paused until an instant or for good, and resumes', async (t) => {
  const api = await givenApi(t)
  const { send } = api
  const { id, pingUrl } = await registered(api)
  const pause = (body?: object) => send('POST', `/schedulers/${id}/pause`, body)
  t.match(await pause({ until: '2026-03-02T08:00:00Z' }), {
    status: 422,
    json: { errors: [{ pointer: '/until', detail: 'must be in the future' }] },
  })
  t.match(await pause({ until: '2026-03-02T10:00:00Z' }), {
    status: 200,
    json: { status: 'Paused', pausedUntil: '2026-03-02T10:00:00.000Z', nextExpectedAt: null },
  })
  t.equal((await send('GET', pathOf(pingUrl))).body, 'OK\n')
  t.match((await send('GET', `/schedulers/${id}`)).json, { status: 'Up', pausedUntil: null }, 'a report ends a pause')
  await pause({ sticky: true })
  t.equal((await send('GET', pathOf(pingUrl))).body, 'OK (ignored: it is paused)\n')
  t.match(await send('POST', `/schedulers/${id}/resume`), { status: 200, json: { status: 'New' } })
  t.match(await send('POST', `/schedulers/${id}/resume`), {
    status: 409,
    json: { code: 'illegal_move', allowed: ['Up', 'Down', 'Paused'] },
  })
})

t.test('a member has schedulers of its own; a reader sees all of them and where none is pinged', async (t) => {
  const api = await givenApi(t)
  const { send, db } = api
  const [ann, bob] = [await givenPerson(db, { role: 'member' }), await givenPerson(db, { role: 'member' })]
  const reader = await givenPerson(db, { role: 'reader' })
  const mine = await registered(api, {}, ann.bearer)
  t.equal(mine.createdBy, `user:${ann.id}`)
  t.match(await send('POST', '/schedulers/register', { name: 'backup', periodSeconds: 60 }, bob.bearer), {
    status: 409,
    json: { code: 'not_unique' },
  })
  t.equal((await send('POST', '/schedulers/register', { name: 'backup', periodSeconds: 60 }, ann.bearer)).status, 200)
  t.equal((await send('POST', `/schedulers/${mine.id}/heartbeat`, undefined, bob.bearer)).status, 404)
  t.equal((await send('POST', '/api/v1/schedulers/by-slug/backup/ping', undefined, bob.bearer)).status, 404)
  t.equal((await send('POST', '/api/v1/schedulers/by-slug/backup/ping', undefined, ann.bearer)).body, 'OK\n')
  const items = async (bearer: Record<string, string>) => (await send('GET', '/schedulers', undefined, bearer)).json.items
  t.strictSame(await items(bob.bearer), [])
  t.match(await items(ann.bearer), [{ id: mine.id, pingUrl: mine.pingUrl }])
  const seen = await items(reader.bearer)
  t.match(seen, [{ id: mine.id }])
  t.notOk('pingUrl' in seen[0])
  const scoped = await givenKey(db, { scopes: ['scheduler:create', 'scheduler:ping'] })
  t.equal(
    (await send('POST', '/schedulers/register', { name: 'backup', periodSeconds: 60 }, scoped.bearer)).status,
    409,
    'it may register, and not edit',
  )
  t.match(await send('PUT', `/schedulers/${mine.id}/status`, { status: 'PAUSED' }, scoped.bearer), { status: 403 })
  t.match((await send('GET', '/audit?kind=scheduler')).json.items[0], { kind: 'scheduler', subject: `scheduler/${mine.id}` })
})

import { findSchedulers } from '@lifeline/backbone/db/schedulers/find-schedulers'
import t from 'tap'
import { givenApi } from './given-api.ts'
import { givenPerson } from './given-key.ts'
import { pathOf, registered } from './given-scheduler.ts'

const ANYBODY = { authorization: '' }

t.test('a job reports by plain curl: GET, POST and HEAD, its start, its end, its failure and its exit code', async (t) => {
  const api = await givenApi(t)
  const { send, clock } = api
  const { id, pingUrl } = await registered(api, { failureTolerance: 5 })
  const path = pathOf(pingUrl)
  const ping = async (method: 'GET' | 'POST' | 'HEAD', what: string, body?: string, type = 'text/plain') => {
    clock.advance(1_000)
    return await send(method, path + what, body, { ...ANYBODY, ...(body === undefined ? {} : { 'content-type': type }) })
  }
  const first = await ping('GET', '')
  t.strictSame(
    [first.status, first.body, first.headers['content-type'], first.headers['ping-body-limit']],
    [200, 'OK\n', 'text/plain; charset=utf-8', '10000'],
  )
  t.equal((await ping('HEAD', '/start?rid=r1')).status, 200)
  t.equal((await ping('POST', '/log', '{"not": json', 'application/json')).status, 200)
  t.equal((await ping('POST', '/0?rid=r1', 'a=b', 'application/x-www-form-urlencoded')).status, 200)
  t.equal((await ping('GET', '/3')).status, 200)
  t.equal((await ping('POST', '/fail', 'dumping\npg_dump: no space left\n\n', 'text/plain; charset=utf-8')).status, 200)
  const { items } = (await send('GET', `/schedulers/${id}/pings`)).json
  t.match(items, [
    { number: 6, kind: 'fail', body: 'dumping\npg_dump: no space left\n\n', bodyCut: false, method: 'POST' },
    { number: 5, kind: 'fail', exitCode: 3 },
    { number: 4, kind: 'success', exitCode: 0, runId: 'r1', durationSeconds: 2, body: 'a=b' },
    { number: 3, kind: 'log', body: '{"not": json' },
    { number: 2, kind: 'start', runId: 'r1', method: 'HEAD' },
    { number: 1, kind: 'success', method: 'GET', source: '127.0.0.1', userAgent: 'lightMyRequest' },
  ])
  t.match((await send('GET', `/schedulers/${id}`)).json, { lastError: 'pg_dump: no space left', lastDurationSeconds: 2 })
  t.match((await send('GET', `/schedulers/${id}/history?limit=1`)).json.items, [{ action: 'failed', actor: `scheduler:${id}` }])
})

t.test('with content rules the body of a plain ping says what it is, at its address and by slug; the path always wins', async (t) => {
  const api = await givenApi(t)
  const { send } = api
  const contentRules = { failure: ['ERROR'], start: ['begin'], otherwise: 'log' }
  const { id, pingUrl, slug, ...shown } = await registered(api, { failureTolerance: 9, contentRules })
  t.strictSame(shown.contentRules, { failure: ['ERROR'], success: [], start: ['begin'], otherwise: 'log' })
  const post = async (path: string, body: string | undefined, headers: object = ANYBODY) =>
    t.equal((await send('POST', path, body, { ...headers, 'content-type': 'text/plain' })).status, 200)
  await post(pathOf(pingUrl), 'begin')
  await post(pathOf(pingUrl), 'ERROR 1\nbye')
  await post(`/api/v1/schedulers/by-slug/${slug}/ping`, 'ERROR 2', {})
  await post(pathOf(pingUrl), 'half way')
  await post(`${pathOf(pingUrl)}/0`, 'ERROR')
  await post(`${pathOf(pingUrl)}/log`, 'ERROR')
  await post(pathOf(pingUrl), undefined)
  const { items } = (await send('GET', `/schedulers/${id}/pings`)).json
  t.strictSame(
    items.map(({ kind }: { kind: string }) => kind),
    ['success', 'log', 'success', 'log', 'fail', 'fail', 'start'],
  )
  const { items: runs } = (await send('GET', `/schedulers/${id}/runs`)).json
  t.match(runs.slice(2), [{ error: 'ERROR 2' }, { error: 'ERROR 1' }])
  const edited = await send('PATCH', `/schedulers/${id}`, { contentRules: null })
  t.match(edited, { status: 200, json: { contentRules: null } })
  await post(pathOf(pingUrl), 'ERROR')
  t.match((await send('GET', `/schedulers/${id}/pings`)).json.items[0], { kind: 'success', body: 'ERROR' })
})

t.test('a run that is too fast is told, or is a failure when that is what its scheduler says', async (t) => {
  const api = await givenApi(t)
  const { send, clock } = api
  const rules = { minRuntimeSeconds: 60, maxRunsPerPeriod: 5 }
  const { id, pingUrl, ...shown } = await registered(api, rules)
  t.match(shown, { ...rules, anomalyIsFailure: false })
  const run = async () => {
    await send('GET', `${pathOf(pingUrl)}/start`, undefined, ANYBODY)
    clock.advance(1_500)
    await send('GET', pathOf(pingUrl), undefined, ANYBODY)
    return (await send('GET', `/schedulers/${id}`)).json
  }
  t.match(await run(), { status: 'Up', lastDurationSeconds: 1.5, lastError: null })
  t.match((await send('GET', `/schedulers/${id}/history?limit=1`)).json.items, [
    { action: 'anomaly', reason: 'It ran for 1.5 s, which is less than 60 s.' },
  ])
  await send('PATCH', `/schedulers/${id}`, { anomalyIsFailure: true, maxRunsPerPeriod: null })
  t.match(await run(), { status: 'Down', maxRunsPerPeriod: null, lastError: 'It ran for 1.5 s, which is less than 60 s.' })
  t.match((await send('GET', `/schedulers/${id}/runs?limit=1`)).json.items, [{ outcome: 'Failed', durationSeconds: 1.5 }])
})

t.test('a body of 300 kB is taken, and kept as far as there is room, cut between characters', async (t) => {
  const api = await givenApi(t)
  const { send } = api
  const { id, pingUrl } = await registered(api)
  t.equal(
    (await send('POST', pathOf(pingUrl), 'é'.repeat(150_000), { ...ANYBODY, 'content-type': 'application/octet-stream' })).status,
    200,
  )
  t.equal((await send('POST', pathOf(pingUrl), Buffer.alloc(2_000_000, 0xff), { ...ANYBODY, 'content-type': 'image/png' })).status, 200)
  t.equal((await send('POST', pathOf(pingUrl), 'x'.repeat(10_000), { ...ANYBODY, 'content-type': 'text/plain' })).status, 200)
  const { items } = (await send('GET', `/schedulers/${id}/pings`)).json
  t.match(items, [
    { body: 'x'.repeat(10_000), bodyCut: false },
    { body: '\ufffd'.repeat(3_333), bodyCut: true },
    { body: 'é'.repeat(5_000), bodyCut: true },
  ])
})

t.test('an address that is none, a word that is none, and an instant to come are refused, and nothing is written', async (t) => {
  const api = await givenApi(t)
  const { send, lines } = api
  const { id, pingUrl } = await registered(api)
  const path = pathOf(pingUrl)
  const token = path.split('/')[2] ?? ''
  t.match(await send('GET', `/ping/${token.slice(0, -1)}!`, undefined, ANYBODY), {
    status: 404,
    json: { code: 'not_found', detail: 'There is no scheduler with this address.' },
  })
  for (const none of [`${token}%00`, '%F0%9F%98%80', 'x'.repeat(100)])
    t.equal((await send('GET', `/ping/${none}`, undefined, ANYBODY)).status, 404, none)
  t.equal((await send('GET', '/api/v1/schedulers/by-slug/a%00/ping')).status, 404)
  t.match(await send('GET', `${path}/256`, undefined, ANYBODY), {
    status: 422,
    json: { errors: [{ in: 'path', pointer: '/signal', detail: 'must be start, fail, log, or an exit code from 0 to 255; it is "256"' }] },
  })
  t.match(await send('GET', `${path}?at=2026-03-02T09:00:06Z`, undefined, ANYBODY), {
    status: 422,
    json: { errors: [{ in: 'query', pointer: '/at' }] },
  })
  t.match(await send('GET', `${path}?rid=${'x'.repeat(65)}`, undefined, ANYBODY), { status: 422, json: { errors: [{ pointer: '/rid' }] } })
  t.equal((await send('DELETE', path, undefined, ANYBODY)).status, 404)
  t.strictSame((await send('GET', `/schedulers/${id}/pings`)).json.items, [])
  t.notMatch(JSON.stringify(lines), token, 'no token is logged')
  await send('DELETE', `/schedulers/${id}`)
  t.equal((await send('GET', path, undefined, ANYBODY)).status, 404)
})

t.test('a ping that was sent late counts from when it was sent', async (t) => {
  const api = await givenApi(t)
  const { send, clock } = api
  const { id, pingUrl } = await registered(api)
  clock.advance(120_000)
  await send('GET', `${pathOf(pingUrl)}?at=2026-03-02T09:01:00Z`, undefined, ANYBODY)
  t.match((await send('GET', `/schedulers/${id}`)).json, {
    status: 'Up',
    lastPingAt: '2026-03-02T09:01:00.000Z',
    nextExpectedAt: '2026-03-02T09:11:00.000Z',
  })
})

t.test('a thousand pings at once on one token: what is beyond its limit is 429, and what was answered OK is there', async (t) => {
  let now = Date.parse('2026-03-02T09:00:00Z')
  const api = await givenApi(t, 'pglite', { machineNow: () => new Date(now) })
  const { send, db } = api
  const [flooded, other] = [await registered(api), await registered(api, { name: 'other' })]
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => send('GET', pathOf(flooded.pingUrl), undefined, ANYBODY)))
  const taken = answers.filter(({ status }) => status === 200).length
  t.equal(taken, 50)
  const refused = answers.find(({ status }) => status !== 200)
  t.match(refused, {
    status: 429,
    headers: { 'retry-after': '1' },
    json: { code: 'rate_limited', detail: /5 times a second, after 50 at once; this was not counted/ },
  })
  t.equal((await findSchedulers(db, [flooded.id]))[0]?.pings, taken, 'nothing is lost that was answered OK')
  t.equal((await send('GET', pathOf(other.pingUrl), undefined, ANYBODY)).status, 200, 'the others do not notice')
  now += 1_000
  const later = await Promise.all(Array.from({ length: 20 }, () => send('POST', `/schedulers/${flooded.id}/heartbeat`)))
  t.equal(later.filter(({ status }) => status === 200).length, 5)
})

t.test('heartbeats and pings by slug do not count against the limit of their key', async (t) => {
  const api = await givenApi(t, 'pglite', { http: { requestsPerMinute: 3 } })
  const { send, db } = api
  const { bearer } = await givenPerson(db, { role: 'member' })
  const { id, slug } = await registered(api, {}, bearer)
  for (let i = 0; i < 5; i++) t.equal((await send('POST', `/schedulers/${id}/heartbeat`, undefined, bearer)).status, 200)
  for (let i = 0; i < 5; i++) t.equal((await send('GET', `/api/v1/schedulers/by-slug/${slug}/ping/log`, undefined, bearer)).body, 'OK\n')
  t.equal((await send('GET', `/schedulers/${id}`, undefined, bearer)).status, 200)
  t.equal((await send('GET', `/schedulers/${id}`, undefined, bearer)).status, 200)
  t.equal((await send('GET', `/schedulers/${id}`, undefined, bearer)).status, 429, 'reading does')
  t.equal((await send('GET', `/api/v1/schedulers/by-slug/${slug}/ping`, undefined, ANYBODY)).status, 401)
  t.equal((await send('GET', '/api/v1/schedulers/by-slug/nothing/ping')).status, 404)
})

import t from 'tap'
import { givenApi } from './given-api.ts'
import { registered } from './given-scheduler.ts'

const MINUTE = 60_000

t.test('its history, its runs and its pings are lists with cursors, newest first', async (t) => {
  const api = await givenApi(t)
  const { send, clock } = api
  const { id } = await registered(api)
  const put = (status: string) => send('PUT', `/schedulers/${id}/status`, { status })
  await put('Running')
  clock.advance(4_000)
  await put('Succeeded')
  await put('Failed')
  const actions = async (query: string) => {
    const { json } = await send('GET', `/schedulers/${id}/history?${query}`)
    return { actions: json.items.map(({ action }: { action: string }) => action), next: json.nextCursor }
  }
  const first = await actions('limit=2')
  t.strictSame(first.actions, ['down', 'up'])
  t.strictSame(await actions(`limit=2&cursor=${first.next}`), { actions: ['registered'], next: null })
  t.match((await send('GET', `/schedulers/${id}/history`)).json.items[0], {
    fromStatus: 'Up',
    toStatus: 'Down',
    actor: 'key:test',
    reason: 'signal',
  })
  t.match((await send('GET', `/schedulers/${id}/runs`)).json.items, [
    { number: 2, outcome: 'Failed', startedAt: null },
    { number: 1, outcome: 'Succeeded', startedAt: '2026-03-02T09:00:00.000Z', durationSeconds: 4 },
  ])
  t.equal((await send('GET', `/schedulers/${id}/pings`)).json.items.length, 3)
  t.match(await send('GET', `/schedulers/${id}/runs?cursor=${first.next}`), { status: 400, json: { code: 'bad_cursor' } })
  for (const list of ['history', 'runs', 'pings', 'preview', 'statistics'])
    t.equal((await send('GET', `/schedulers/019c0000-0000-7000-8000-000000000000/${list}`)).status, 404, list)
})

t.test('a preview shows the next times, and what they do over the next change of the clocks', async (t) => {
  const api = await givenApi(t)
  const { send } = api
  const preview = async (body: object) => (await send('GET', `/schedulers/${(await registered(api, body)).id}/preview`)).json
  const berlin = await preview({ name: 'a', cron: '30 2 * * *', timeZone: 'Europe/Berlin' })
  t.equal(berlin.items.length, 10)
  t.match(berlin.items[0], { at: '2026-03-03T01:30:00.000Z', local: '2026-03-03T02:30:00+01:00' })
  t.match(berlin.clockChange, { at: '2026-03-29T01:00:00.000Z', offsetBefore: '+01:00', offsetAfter: '+02:00' })
  t.strictSame(
    berlin.clockChange.after.map(({ local }: { local: string }) => local),
    ['2026-03-29T03:00:00+02:00', '2026-03-30T02:30:00+02:00', '2026-03-31T02:30:00+02:00'],
    'a time that does not exist is made up for right after the jump',
  )
  t.strictSame(
    berlin.clockChange.before.map(({ local }: { local: string }) => local),
    ['2026-03-28T02:30:00+01:00'],
  )
  t.equal((await preview({ name: 'b', cron: '0 2 * * *', timeZone: 'Asia/Jakarta' })).clockChange, null)
  t.match(await preview({ name: 'c' }), { items: [{ at: '2026-03-02T09:10:00.000Z' }], clockChange: null })
})

t.test('statistics count what was, by day and by tag', async (t) => {
  const api = await givenApi(t)
  const { send, clock } = api
  const { id } = await registered(api, { tags: ['db'] })
  await send('PUT', `/schedulers/${id}/status`, { status: 'Running' })
  clock.advance(30_000)
  await send('PUT', `/schedulers/${id}/status`, { status: 'Succeeded' })
  clock.advance(MINUTE * 60 - 30_000)
  await send('PUT', `/schedulers/${id}/status`, { status: 'Succeeded' })
  clock.advance(MINUTE)
  // Expected at 09:10:30, Down at 09:15:30, and Up again at 10:00.
  const one = await send('GET', `/schedulers/${id}/statistics?per=day`)
  t.match(one.json, {
    from: '2026-01-31T10:01:00.000Z',
    to: '2026-03-02T10:01:00.000Z',
    total: {
      ...{
        uptimePercent: 27.04918,
        downtimes: 1,
        downSeconds: 2_670,
        longestDownSeconds: 2_670,
        durationP50Seconds: 30,
        durationP95Seconds: 30,
      },
      runs: { Succeeded: 2, Missed: 1, Failed: 0, TimedOut: 0, Lost: 0 },
    },
    downtimes: [{ schedulerId: id, from: '2026-03-02T09:15:30.000Z', to: '2026-03-02T10:00:00.000Z', seconds: 2_670 }],
  })
  t.equal(one.json.periods.length, 31)
  t.match(one.json.periods[0], { uptimePercent: null, downtimes: 0, durationP50Seconds: null })
  t.match(one.json.periods.at(-1), { from: '2026-03-02T00:00:00.000Z', downSeconds: 2_670 })
  const tagged = async (tag: string) => (await send('GET', `/schedulers/statistics?tag=${tag}`)).json.total.downtimes
  t.strictSame([await tagged('db'), await tagged('web')], [1, 0])
  t.match(await send('GET', '/schedulers/statistics?from=2024-01-01T00:00:00Z'), {
    status: 422,
    json: { detail: /at most 400 days before to/ },
  })
  t.match(await send('GET', '/schedulers/statistics?from=2027-01-01T00:00:00Z'), { status: 422, json: { errors: [{ pointer: '/from' }] } })
})

t.test('a list is filtered by status, tags, name and lateness, and has pages', async (t) => {
  const api = await givenApi(t)
  const { send, clock } = api
  await registered(api, { name: 'alpha', tags: ['x', 'y'] })
  const { id } = await registered(api, { name: 'beta', tags: ['x'] })
  clock.advance(11 * MINUTE)
  await send('POST', `/schedulers/${id}/heartbeat`)
  const names = async (query: string) => (await send('GET', `/schedulers?${query}`)).json.items.map(({ name }: { name: string }) => name)
  t.strictSame(await names(''), ['beta', 'alpha'])
  t.strictSame(await names('late=true'), ['alpha'])
  t.strictSame(await names('status=Up&status=Down'), ['beta'])
  t.strictSame(await names('tag=x&tag=y'), ['alpha'])
  t.strictSame(await names('name=ET'), ['beta'])
  t.match((await send('GET', '/schedulers?page=2&pageSize=1')).json, { items: [{ name: 'alpha' }], total: 2, page: 2 })
  const { nextCursor } = (await send('GET', '/schedulers?limit=1')).json
  clock.advance(MINUTE)
  t.strictSame(await names(`limit=1&cursor=${nextCursor}`), ['alpha'])
  t.match(await send('GET', `/schedulers?tag=x&cursor=${nextCursor}`), { status: 400, json: { code: 'bad_cursor' } })
  t.match(await send('GET', '/schedulers?status=Late'), { status: 422, json: { errors: [{ detail: /one of New, Up, Down, Paused/ }] } })
})

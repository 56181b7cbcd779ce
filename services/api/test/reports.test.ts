import t from 'tap'
import { givenApi } from './given-api.ts'
import { registered } from './given-scheduler.ts'

t.test('a report has what a night in Jakarta needs unless told otherwise; it is read, edited and deleted', async (t) => {
  const { send } = await givenApi(t)
  const made = await send('POST', '/reports', { name: 'Nightly', channels: ['ops'] }, { 'idempotency-key': 'once' })
  const path = `/reports/${made.json.id}`
  t.match(made, {
    status: 201,
    headers: { etag: '"1"', location: `/api/v1${path}` },
    json: {
      channels: ['ops'],
      tag: null,
      cron: '0 0 * * *',
      timeZone: 'Asia/Jakarta',
      durationSeconds: 21_600,
      refreshSeconds: 300,
      status: 'Waiting',
      startsAt: '2026-03-02T17:00:00.000Z',
      endsAt: '2026-03-02T23:00:00.000Z',
      nextRefreshAt: null,
      createdBy: 'key:test',
    },
  })
  const again = await send('POST', '/reports', { name: 'Nightly', channels: ['ops'] }, { 'idempotency-key': 'once' })
  t.match([again.json.id, again.headers['idempotency-replayed']], [made.json.id, 'true'])
  const second = await send('POST', '/reports', {
    name: 'By day',
    cron: '@hourly',
    timeZone: 'UTC',
    durationSeconds: 60,
    refreshSeconds: 60,
    tag: 'x',
  })
  t.match(second.json, { startsAt: '2026-03-02T10:00:00.000Z', endsAt: '2026-03-02T10:01:00.000Z', channels: [], tag: 'x' })
  const { json } = await send('GET', '/reports?limit=1')
  t.match(json.items, [{ id: second.json.id }])
  t.match((await send('GET', `/reports?cursor=${json.nextCursor}`)).json, { items: [{ id: made.json.id }], nextCursor: null })
  t.equal((await send('GET', path, undefined, { 'if-none-match': '"1"' })).status, 304)
  t.match(await send('PATCH', path, { refreshSeconds: 60, channels: null, tag: 'night' }, { 'if-match': '"1"' }), {
    status: 200,
    headers: { etag: '"2"' },
    json: { refreshSeconds: 60, channels: [], tag: 'night', version: 2 },
  })
  t.equal((await send('PATCH', path, { name: 'x' }, { 'if-match': '"1"' })).status, 412)
  t.equal((await send('PATCH', path, { name: 'Nightly' })).json.version, 2, 'no difference, no version')
  t.equal((await send('DELETE', path, undefined, { 'if-match': '"1"' })).status, 412)
  t.equal((await send('DELETE', path)).status, 204)
  for (const url of [path, `${path}/table`]) t.equal((await send('GET', url)).status, 404)
  for (const method of ['PATCH', 'DELETE'] as const)
    t.equal((await send(method, path, method === 'PATCH' ? { name: 'x' } : undefined)).status, 404)
  t.match((await send('GET', `/audit?subject=report/${made.json.id}`)).json.items, [
    { action: 'deleted' },
    { action: 'edited' },
    { action: 'created' },
  ])
})

t.test('its table is there at any time', async (t) => {
  const { db, send, clock } = await givenApi(t)
  await registered({ send }, { tags: ['night'] })
  await registered({ send }, { name: 'other' })
  const { id } = (await send('POST', '/reports', { name: 'Nightly', tag: 'night' })).json
  clock.advance(700_000)
  const { status, json } = await send('GET', `/reports/${id}/table`)
  t.equal(status, 200)
  t.strictSame(json.counts, { New: 1, Up: 0, Down: 0, Paused: 0, late: 1, running: 0 })
  t.match(json.rows, [{ name: 'backup', status: 'New', late: true, running: false, lastPingAt: null, lastError: null }])
  t.equal((await db.selectFrom('report_logs').selectAll().execute()).length, 1, 'looking changes nothing')
})

const BAD: [what: string, body: object, pointer: string][] = [
  ['without a name', {}, '/name'],
  ['with six fields', { name: 'x', cron: '0 0 3 * * 0' }, '/cron'],
  ['on Mars', { name: 'x', timeZone: 'Mars/Olympus' }, '/timeZone'],
  ['of half a minute', { name: 'x', durationSeconds: 30 }, '/durationSeconds'],
  ['of a year', { name: 'x', durationSeconds: 31_536_000 }, '/durationSeconds'],
  ['that is updated each second', { name: 'x', refreshSeconds: 1 }, '/refreshSeconds'],
  ['with a channel that is a number', { name: 'x', channels: [1] }, '/channels/0'],
  ['with ten names full of quotes', { name: 'x', channels: Array(10).fill('"'.repeat(60)) }, '/channels'],
]

t.test('a report that makes no sense is refused, with the field that says so, and what it may be', async (t) => {
  const { send } = await givenApi(t)
  for (const [what, body, pointer] of BAD) {
    const { status, json } = await send('POST', '/reports', body)
    t.match({ status, errors: json.errors }, { status: 422, errors: [{ in: 'body', pointer }] }, what)
  }
  t.match((await send('POST', '/reports', { name: 'x', cron: '61 0 * * *' })).json.errors, [
    { detail: /^must be a cron expression; it is "61 0 \* \* \*": / },
  ])
  await send('POST', '/reports', { name: 'Nightly' })
  t.match(await send('POST', '/reports', { name: 'NIGHTLY' }), {
    status: 409,
    json: { code: 'not_unique', errors: [{ pointer: '/name' }] },
  })
})

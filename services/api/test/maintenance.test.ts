import t from 'tap'
import { givenApi } from './given-api.ts'
import { givenIncident } from './given-incident.ts'

const ONCE = { name: 'upgrade', startsAt: '2026-03-02T22:00:00Z', endsAt: '2026-03-02T23:00:00Z' }
const WEEKLY = { name: 'weekly', cron: '0 3 * * sun', timeZone: 'Europe/Berlin', durationSeconds: 7_200, tag: 'db' }

t.test('a window is planned once or by a cron expression, read, edited and deleted', async (t) => {
  const { db, send } = await givenApi(t)
  const { scheduler_id: schedulerId } = await givenIncident(db)
  const once = await send('POST', '/maintenance-windows', { ...ONCE, schedulerId })
  t.match(once, {
    status: 201,
    headers: { etag: '"1"', location: `/api/v1/maintenance-windows/${once.json.id}` },
    json: {
      name: 'upgrade',
      schedulerId,
      tag: null,
      cron: null,
      startsAt: '2026-03-02T22:00:00.000Z',
      status: 'Scheduled',
      createdBy: 'key:test',
    },
  })
  const weekly = await send('POST', '/maintenance-windows', WEEKLY)
  t.match(weekly.json, { cron: '0 3 * * sun', tag: 'db', startsAt: '2026-03-08T02:00:00.000Z', endsAt: '2026-03-08T04:00:00.000Z' })
  const { json } = await send('GET', '/maintenance-windows?limit=1')
  t.match(json.items, [{ id: weekly.json.id }])
  t.match((await send('GET', `/maintenance-windows?cursor=${json.nextCursor}`)).json, { items: [{ id: once.json.id }], nextCursor: null })
  const path = `/maintenance-windows/${once.json.id}`
  t.match(await send('PATCH', path, { endsAt: '2026-03-02T23:30:00Z' }, { 'if-match': '"1"' }), {
    status: 200,
    headers: { etag: '"2"' },
    json: { startsAt: '2026-03-02T22:00:00.000Z', endsAt: '2026-03-02T23:30:00.000Z', version: 2 },
  })
  t.equal((await send('PATCH', path, { name: 'x' }, { 'if-match': '"1"' })).status, 412)
  t.match(await send('PATCH', `/maintenance-windows/${weekly.json.id}`, { durationSeconds: 60 }), {
    json: { cron: '0 3 * * sun', timeZone: 'Europe/Berlin', endsAt: '2026-03-08T02:01:00.000Z' },
  })
  t.match(await send('PATCH', path, { cron: '@daily', durationSeconds: 60 }), {
    json: { cron: '@daily', startsAt: '2026-03-03T00:00:00.000Z' },
  })
  t.equal((await send('GET', path, undefined, { 'if-none-match': '"3"' })).status, 304)
  t.equal((await send('DELETE', path)).status, 204)
  for (const method of ['GET', 'DELETE'] as const) t.equal((await send(method, path)).status, 404)
  t.equal((await send('PATCH', path, { name: 'x' })).status, 404)
  t.match((await send('GET', `/audit?subject=maintenance/${once.json.id}`)).json.items[0], { action: 'deleted', toStatus: 'Ended' })
})

const BAD: [what: string, body: object, pointer: string][] = [
  ['without times', { name: 'x' }, '/startsAt'],
  ['without an end', { ...ONCE, endsAt: undefined }, '/endsAt'],
  ['that ends before it begins', { ...ONCE, endsAt: ONCE.startsAt }, '/endsAt'],
  ['that is over', { ...ONCE, startsAt: '2026-03-01T00:00:00Z', endsAt: '2026-03-02T09:00:00Z' }, '/endsAt'],
  ['of both ways', { ...ONCE, ...WEEKLY }, '/startsAt'],
  ['that comes again without an end', { ...WEEKLY, durationSeconds: undefined }, '/durationSeconds'],
  ['with six fields', { ...WEEKLY, cron: '0 0 3 * * 0' }, '/cron'],
  ['on Mars', { ...WEEKLY, timeZone: 'Mars/Olympus' }, '/timeZone'],
  ['with a zone and no cron', { ...ONCE, timeZone: 'UTC' }, '/timeZone'],
  ['for a scheduler and a tag', { ...ONCE, tag: 'x', schedulerId: '019cb3a0-0000-7000-8000-000000000001' }, '/tag'],
  ['for no scheduler', { ...ONCE, schedulerId: '019cb3a0-0000-7000-8000-000000000001' }, '/schedulerId'],
]

t.test('a window that makes no sense is refused, with the field that says so', async (t) => {
  const { send } = await givenApi(t)
  for (const [what, body, pointer] of BAD) {
    const { status, json } = await send('POST', '/maintenance-windows', body)
    t.match({ status, errors: json.errors }, { status: 422, errors: [{ in: 'body', pointer }] }, what)
  }
})

t.test('one that has ended is not edited', async (t) => {
  const { db, send } = await givenApi(t)
  const { id } = (await send('POST', '/maintenance-windows', ONCE)).json
  await db.updateTable('maintenance_windows').set({ status: 'Ended' }).execute()
  t.match(await send('PATCH', `/maintenance-windows/${id}`, { name: 'x' }), { status: 409, json: { code: 'illegal_move' } })
})

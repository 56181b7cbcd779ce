import t from 'tap'
import { givenApi } from './given-api.ts'
import { givenIncident } from './given-incident.ts'
import { registered } from './given-scheduler.ts'

const MINUTE = 60_000

t.test('it is read with what stands beside it: its last run, its open incident, and whether a window silences it', async (t) => {
  const api = await givenApi(t)
  const { send, clock, db } = api
  t.match((await send('GET', `/schedulers/${(await registered(api)).id}`)).json, { silenced: false, lastRun: null, incident: null })
  const opened = await givenIncident(db)
  const id = opened.scheduler_id
  const read = async () => (await send('GET', `/schedulers/${id}`)).json
  t.match(await read(), {
    lastRun: { number: 1, outcome: 'Failed', error: 'The disk is full.', endedAt: '2026-03-02T09:00:00.000Z' },
    incident: { id: opened.id, status: 'Open', openedAt: '2026-03-02T09:00:00.000Z' },
  })
  const etag = (await send('GET', `/schedulers/${id}`)).headers.etag as string
  await send('POST', `/incidents/${opened.id}/acknowledge`, {})
  t.match(await send('GET', `/schedulers/${id}`, undefined, { 'if-none-match': etag }), {
    status: 200,
    json: { incident: { status: 'Acknowledged' } },
  })
  const window = { name: 'move', schedulerId: id, startsAt: '2026-03-02T09:02:00Z', endsAt: '2026-03-02T09:03:00Z' }
  t.equal((await send('POST', '/maintenance-windows', window)).status, 201)
  t.equal((await read()).silenced, false, 'not yet')
  clock.advance(2 * MINUTE)
  t.equal((await read()).silenced, true)
  clock.advance(MINUTE)
  t.equal((await read()).silenced, false, 'no longer')
})

t.test('a list tells who is silenced, filters by it, and answers the fields that are asked for', async (t) => {
  const api = await givenApi(t)
  const { send } = api
  await registered(api, { name: 'a', tags: ['db'] })
  const b = await registered(api, { name: 'b', tags: ['web'] })
  await registered(api, { name: 'c' })
  const names = async (query: string) =>
    (await send('GET', `/schedulers?${query}`)).json.items.map((item: { name: string }) => item.name).join('')
  t.equal(await names('silenced=true'), '')
  t.equal(await names('silenced=false'), 'cba')
  const at = { startsAt: '2026-03-02T08:00:00Z', endsAt: '2026-03-02T10:00:00Z' }
  await send('POST', '/maintenance-windows', { name: 'db', tag: 'db', ...at })
  await send('POST', '/maintenance-windows', { name: 'b', schedulerId: b.id, ...at })
  t.equal(await names('silenced=true'), 'ba')
  t.equal(await names('silenced=false'), 'c')
  t.equal(await names('silenced=true&tag=db'), 'a')
  const page = await send('GET', '/schedulers?silenced=true&limit=1')
  t.match((await send('GET', `/schedulers?silenced=true&limit=1&cursor=${page.json.nextCursor}`)).json.items, [
    { name: 'a', silenced: true },
  ])
  t.equal((await send('GET', `/schedulers?limit=1&cursor=${page.json.nextCursor}`)).status, 400)
  await send('POST', '/maintenance-windows', { name: 'all', ...at })
  t.equal(await names('silenced=true'), 'cba')
  t.equal(await names('silenced=false'), '')
  const { json, headers } = await send('GET', '/schedulers?fields=name&fields=status&fields=silenced&page=1&pageSize=2')
  t.match(headers['content-type'], /^application\/json/)
  t.strictSame(json.items, [
    { name: 'c', status: 'New', silenced: true },
    { name: 'b', status: 'New', silenced: true },
  ])
  t.match(json, { total: 3, page: 1, nextCursor: String })
  t.match(await send('GET', '/schedulers?fields=nmae'), {
    status: 422,
    json: { errors: [{ in: 'query', detail: /must be one of id, name, slug, .*it is "nmae"/ }] },
  })
})

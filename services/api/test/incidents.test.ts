import t from 'tap'
import { givenApi } from './given-api.ts'
import { givenIncident } from './given-incident.ts'
import { givenPerson } from './given-key.ts'

t.test('an incident is listed, read with its log, and acknowledged once', async (t) => {
  const { db, send, clock } = await givenApi(t)
  const [first, second] = [await givenIncident(db, { name: 'a' }), await givenIncident(db, { name: 'b' })]
  const { json } = await send('GET', '/incidents?limit=1')
  t.match(json.items, [{ id: second.id, name: 'b', status: 'Open', error: 'The disk is full.' }])
  t.match((await send('GET', `/incidents?limit=1&cursor=${json.nextCursor}`)).json, { items: [{ id: first.id }], nextCursor: null })
  clock.set('2026-03-02T10:00:00.000Z')
  const acknowledged = await send('POST', `/incidents/${first.id}/acknowledge`, { reason: 'on it' }, { 'if-match': '"1"' })
  t.match(acknowledged, {
    status: 200,
    headers: { etag: '"2"' },
    json: { status: 'Acknowledged', acknowledgedBy: 'key:test', acknowledgedAt: '2026-03-02T10:00:00.000Z', version: 2 },
  })
  t.match(await send('POST', `/incidents/${first.id}/acknowledge`, {}), { status: 200, headers: { etag: '"2"' } })
  t.match(await send('POST', `/incidents/${first.id}/acknowledge`, {}, { 'if-match': '"1"' }), { status: 412 })
  const read = await send('GET', `/incidents/${first.id}`)
  t.strictSame(read.json, acknowledged.json)
  t.equal((await send('GET', `/incidents/${first.id}`, undefined, { 'if-none-match': '"2"' })).status, 304)
  t.match((await send('GET', `/incidents/${first.id}/logs`)).json.items, [
    { action: 'opened', fromStatus: null, toStatus: 'Open' },
    { action: 'acknowledged', actor: 'key:test', reason: 'on it', at: '2026-03-02T10:00:00.000Z' },
  ])
  const names = async (query: string) => (await send('GET', `/incidents?${query}`)).json.items.map(({ name }: { name: string }) => name)
  t.strictSame(await names('status=Open'), ['b'])
  t.strictSame(await names('status=Acknowledged&status=Resolved'), ['a'])
  t.strictSame(await names(`schedulerId=${second.scheduler_id}`), ['b'])
  t.equal((await send('GET', '/incidents?status=Closed')).status, 422)
  t.match((await send('GET', '/audit?kind=incident')).json.items[0], { subject: `incident/${first.id}`, action: 'acknowledged' })
})

t.test('what is resolved is not acknowledged any more', async (t) => {
  const { db, send } = await givenApi(t)
  const { id } = await givenIncident(db)
  await db.updateTable('incidents').set({ status: 'Resolved' }).where('id', '=', id).execute()
  t.match(await send('POST', `/incidents/${id}/acknowledge`, {}), { status: 409, json: { code: 'illegal_move', allowed: [] } })
})

t.test('a member has the incidents of their own schedulers, and of no others', async (t) => {
  const { db, send } = await givenApi(t)
  const ann = await givenPerson(db)
  const [own, other] = [await givenIncident(db, { createdBy: `user:${ann.id}` }), await givenIncident(db)]
  const { json } = await send('GET', '/incidents', undefined, ann.bearer)
  t.strictSame(
    json.items.map(({ id }: { id: string }) => id),
    [own.id],
  )
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/logs'],
    ['POST', '/acknowledge'],
  ] as const) {
    const body = method === 'POST' ? {} : undefined
    t.equal((await send(method, `/incidents/${other.id}${path}`, body, ann.bearer)).status, 404)
    t.equal((await send(method, `/incidents/${own.id}${path}`, body, ann.bearer)).status, 200)
  }
})

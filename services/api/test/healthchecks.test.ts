import t from 'tap'
import { givenApi, KEY } from './given-api.ts'
import { pathOf } from './given-scheduler.ts'

t.test('a client of healthchecks registers, pings, lists, pauses and resumes with its own names and header', async (t) => {
  const { send, clock } = await givenApi(t)
  const as = { authorization: '', 'x-api-key': KEY }
  const body = { name: 'backups', tags: 'prod www', timeout: 3_600, grace: 60 }
  const made = await send('POST', '/api/v3/checks/', body, as)
  t.equal(made.status, 201)
  t.match(made.json, {
    name: 'backups',
    slug: 'backups',
    tags: 'prod www',
    timeout: 3_600,
    grace: 60,
    n_pings: 0,
    status: 'new',
    started: false,
    last_ping: null,
  })
  t.match(await send('POST', '/api/v3/checks/', body, as), { status: 409, json: { code: 'not_unique' } })
  const again = await send('POST', '/api/v3/checks/', { ...body, grace: 120, unique: ['name'] }, as)
  t.match(again, { status: 200, json: { uuid: made.json.uuid, grace: 120 } })
  const ping = pathOf(made.json.ping_url)
  for (const what of ['/start', '/log', '']) t.equal((await send('POST', ping + what, undefined, { authorization: '' })).body, 'OK\n')
  clock.advance(3_600_000)
  const list = await send('GET', '/api/v3/checks/?tag=prod', undefined, as)
  t.match(list.json.checks, [
    { status: 'grace', n_pings: 3, last_ping: '2026-03-02T09:00:00+00:00', next_ping: '2026-03-02T10:00:00+00:00' },
  ])
  t.strictSame((await send('GET', '/api/v3/checks/?tag=web', undefined, as)).json.checks, [])
  t.match((await send('POST', pathOf(made.json.pause_url), undefined, as)).json, { status: 'paused', next_ping: null })
  t.match((await send('POST', pathOf(made.json.resume_url), undefined, as)).json, { status: 'new' })
  t.match((await send('GET', pathOf(made.json.update_url), undefined, as)).json, { uuid: made.json.uuid })
})

t.test('a body is JSON whatever curl says that it is', async (t) => {
  const { send } = await givenApi(t)
  const as = { authorization: '', 'x-api-key': KEY, 'content-type': 'application/x-www-form-urlencoded' }
  const made = await send('POST', '/api/v3/checks/', { name: 'backups', timeout: 3_600 }, as)
  t.match(made, { status: 201, json: { name: 'backups', timeout: 3_600 } })
  t.match(await send('POST', pathOf(made.json.pause_url), '', as), { status: 200, json: { status: 'paused' } })
  t.match(await send('POST', '/api/v3/checks/', 'name=backups', as), { status: 400, json: { code: 'bad_json' } })
  t.match(await send('POST', '/schedulers/register', { name: 'x', periodSeconds: 60 }, { ...as, authorization: `Bearer ${KEY}` }), {
    status: 415,
  })
})

t.test('a schedule is refused by the name that healthchecks has for it, and what has no like here is refused too', async (t) => {
  const { send } = await givenApi(t)
  const refused = async (body: object, pointer: string) => {
    const { status, json } = await send('POST', '/api/v3/checks/', { name: 'x', ...body })
    t.match([status, json.errors], [422, [{ pointer }]], JSON.stringify(body))
  }
  await refused({ schedule: '0 0 2 * * *' }, '/schedule')
  await refused({ schedule: '@daily', tz: 'Mars/Olympus' }, '/tz')
  await refused({ tags: 'x'.repeat(51) }, '/tags')
  await refused({ channels: '*' }, '/channels')
  await refused({ unique: ['tags'] }, '/unique/0')
  await refused({ desc: 'why' }, '/desc')
  t.match((await send('POST', '/api/v3/checks/', { name: 'd' })).json, { timeout: 86_400, grace: 3_600 })
  t.match((await send('POST', '/api/v3/checks/', { name: 'c', schedule: '30 2 * * *', tz: 'Asia/Jakarta' })).json, {
    schedule: '30 2 * * *',
    tz: 'Asia/Jakarta',
  })
  t.equal(
    (await send('GET', '/schedulers', undefined, { authorization: '', 'x-api-key': KEY })).status,
    401,
    'elsewhere the header is none',
  )
})

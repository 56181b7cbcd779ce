import { listMonitors } from '@lifeline/backbone/db/schedulers/list-monitors'
import { ENGINES } from '@lifeline/testing/databases'
import t from 'tap'
import { givenApi } from './given-api.ts'
import { givenPerson } from './given-key.ts'
import { pathOf, registered } from './given-scheduler.ts'

const ANYBODY = { authorization: '' }

t.test('a badge shows new, up, late, down and paused to everybody who has its address, and to nobody who guesses', async (t) => {
  const api = await givenApi(t)
  const { send, clock } = api
  const { id, badgeUrl, pingUrl } = await registered(api, { name: '<b>&"backup"' })
  const svg = pathOf(badgeUrl)
  const status = async () => (await send('GET', svg.replace('.svg', '.json'), undefined, ANYBODY)).json.status
  t.equal(await status(), 'new')
  await send('GET', pathOf(pingUrl))
  t.equal(await status(), 'up')
  const picture = await send('GET', svg, undefined, ANYBODY)
  t.match(picture.headers, { 'content-type': 'image/svg+xml; charset=utf-8', 'cache-control': 'no-cache' })
  t.match(picture.body, '<title>&lt;b&gt;&amp;&quot;backup&quot;: up</title>')
  t.notMatch(picture.body, '<b>')
  clock.advance(600_000)
  t.equal(await status(), 'late')
  t.match((await send('GET', svg.replace('.svg', '/shields'), undefined, ANYBODY)).json, {
    schemaVersion: 1,
    label: '<b>&"backup"',
    message: 'late',
    color: /^#/,
  })
  await send('GET', `${pathOf(pingUrl)}/fail`)
  t.equal(await status(), 'down')
  await send('POST', `/schedulers/${id}/pause`)
  t.equal(await status(), 'paused')
  const guess = svg.replace(/.(\.svg)$/, (end) => (end.startsWith('A') ? 'B.svg' : 'A.svg'))
  t.match(await send('GET', guess, undefined, ANYBODY), { status: 404, json: { code: 'not_found' } })
  t.equal((await send('GET', '/badges/x.svg', undefined, ANYBODY)).status, 404)
  await send('DELETE', `/schedulers/${id}`)
  t.equal((await send('GET', svg, undefined, ANYBODY)).status, 404)
})

t.test('the badge of a tag is as bad as the worst of its schedulers; a member’s shows the member’s own', async (t) => {
  const api = await givenApi(t)
  const { send, db, clock } = api
  const { bearer } = await givenPerson(db, { role: 'member' })
  const own = await registered(api, { name: 'own', tags: ['db ü'] }, bearer)
  const [ofAll, ofOwn] = await Promise.all(
    [{}, bearer].map(
      async (headers) => (await send('GET', `/schedulers/badges?tag=${encodeURIComponent('db ü')}`, undefined, headers)).json.badgeUrl,
    ),
  )
  const status = async (url: string) => (await send('GET', pathOf(url).replace('.svg', '.json'), undefined, ANYBODY)).json
  t.strictSame(await status(ofAll), { label: 'db ü', status: 'up' })
  const other = await registered(api, { name: 'other', tags: ['db ü'], periodSeconds: 60 })
  clock.advance(60_000)
  t.strictSame([(await status(ofAll)).status, (await status(ofOwn)).status], ['late', 'up'])
  await send('GET', `${pathOf(other.pingUrl)}/fail`)
  t.strictSame([(await status(ofAll)).status, (await status(ofOwn)).status], ['down', 'up'])
  await send('DELETE', `/schedulers/${own.id}`)
  t.equal((await status(ofOwn)).status, 'none')
})

t.test('Prometheus sees each scheduler and each tag, with a key that may read them', async (t) => {
  const api = await givenApi(t)
  const { send, db, clock } = api
  const { bearer } = await givenPerson(db, { role: 'member' })
  await registered(api, { name: 'say "hi"\\', tags: ['db'] }, bearer)
  const { id } = await registered(api, { name: 'web', tags: ['db', 'web'], periodSeconds: 60 })
  await send('PUT', `/schedulers/${id}/status`, { status: 'Running' })
  clock.advance(1_500)
  await send('PUT', `/schedulers/${id}/status`, { status: 'Failed' })
  clock.advance(600_000)
  const { body, headers } = await send('GET', '/metrics/monitors')
  t.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  for (const line of [
    'scheduler_up{name="say \\"hi\\"\\\\",tags="db"} 1',
    'scheduler_late{name="say \\"hi\\"\\\\",tags="db"} 1',
    'scheduler_up{name="web",tags="db,web"} 0',
    'scheduler_late{name="web",tags="db,web"} 0',
    'scheduler_running{name="web",tags="db,web"} 0',
    'scheduler_last_duration_seconds{name="web",tags="db,web"} 1.5',
    'scheduler_tag_schedulers{tag="db"} 2',
    'scheduler_tag_down{tag="db"} 1',
    'scheduler_tag_late{tag="db"} 1',
    'scheduler_tag_up{tag="db"} 0',
    '# TYPE scheduler_up gauge',
  ])
    t.ok(body.split('\n').includes(line), line)
  t.notMatch(body, /scheduler_last_duration_seconds\{name="say/)
  t.notMatch((await send('GET', '/metrics/monitors', undefined, bearer)).body, 'name="web"')
  t.equal((await send('GET', '/metrics/monitors', undefined, ANYBODY)).status, 401)
  t.notMatch((await send('GET', '/metrics')).body, 'scheduler_up')
})

for (const engine of ENGINES) {
  t.test(`${engine}: all schedulers are read for their metrics, an owner's too`, async (t) => {
    const api = await givenApi(t, engine)
    await registered(api, { name: 'a', tags: ['x'] })
    await registered(api, { name: 'b' }, { 'lifeline-actor': 'ann@example.org' })
    const names = async (owner?: readonly string[]) => {
      const monitors = []
      for await (const page of listMonitors(api.db, owner, api.clock.now())) monitors.push(...page)
      return monitors.map(({ name, tags }) => `${name} ${tags}`)
    }
    t.strictSame(await names(), ['a x', 'b '])
    t.strictSame(await names(['mailto:ann@example.org']), ['b '])
    t.equal((await api.send('GET', '/schedulers?page=1', undefined, (await givenPerson(api.db, { role: 'member' })).bearer)).json.total, 0)
  })
}

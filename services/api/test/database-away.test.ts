import { migrate } from '@lifeline/backbone/db/migrate'
import { openDatabase } from '@lifeline/backbone/db/open'
import { eventually } from '@lifeline/testing/eventually'
import { startPostgres } from '@lifeline/testing/postgres'
import t from 'tap'
import { givenApi } from './given-api.ts'

t.test('while the database is away: 503, to be tried again; when it is back, all is as before', async (t) => {
  const postgres = await startPostgres({ durable: true })
  t.after(() => postgres.dispose())
  const db = await openDatabase(postgres.url)
  t.after(() => db.destroy())
  await migrate(db)
  const { send, create, lines } = await givenApi(t, 'postgres', { db })
  const { id } = await create()

  await postgres.kill9()
  const calls = [
    send('POST', '/tasks', { title: 'x', assignee: 'bob@example.org' }),
    send('GET', '/tasks'),
    send('GET', `/tasks/${id}/metrics`),
    send('PATCH', `/tasks/${id}/status`, { status: 'OnHold' }),
  ]
  for (const { status, headers, json } of await Promise.all(calls)) {
    t.match({ status, headers }, { status: 503, headers: { 'retry-after': /^\d+$/, 'content-type': /^application\/problem\+json/ } })
    t.strictSame(Object.keys(json), ['type', 'title', 'status', 'code', 'request_id'])
    t.equal(json.code, 'database_unavailable')
  }
  t.match(await send('GET', '/health/ready'), { status: 503, json: { status: 'unavailable', broker: 'ok' } })
  t.equal((await send('GET', '/health/live')).status, 200)
  t.match(lines.at(-1), { level: 40, status: 503, why: /cannot be reached/ })

  await postgres.start()
  await eventually(async () => (await send('GET', '/health/ready')).status === 200)
  t.match(await send('GET', `/tasks/${id}`), { status: 200, json: { id, version: 1 } })
  await create()
})

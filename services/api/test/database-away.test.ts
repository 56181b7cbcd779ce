import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { migrate } from '@lifeline/backbone/db/migrate'
import { openDatabase } from '@lifeline/backbone/db/open'
import { freshDatabase } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { startPostgres } from '@lifeline/testing/postgres'
import t from 'tap'
import { givenApi } from './given-api.ts'

t.test('more writes than may wait are answered 503, to be tried again', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const { send, create } = await givenApi(t, 'pglite', { db, writer: makeWriter(db, { waiting: 2 }) })
  const answers = await Promise.all([1, 2, 3].map((n) => send('POST', '/tasks', { title: `${n}`, assignee: 'bob@example.org' })))
  t.strictSame(answers.map(({ status }) => status).sort(), [201, 201, 503])
  const refused = answers.find(({ status }) => status === 503)
  t.match(refused, { headers: { 'retry-after': /^\d+$/ }, json: { code: 'overloaded' } })
  await create()
})

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

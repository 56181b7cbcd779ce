import { migrate } from '@lifeline/backbone/db/migrate'
import { openDatabase } from '@lifeline/backbone/db/open'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { freePort } from '@lifeline/testing/free-ports'
import { startPostgres } from '@lifeline/testing/postgres'
import { startProcess } from '@lifeline/testing/processes'
import t from 'tap'
import { KEY, SECRET } from './given-api.ts'

const MAIN = 'services/api/src/main.ts'
const env = { LIFELINE_API_KEY: KEY, LIFELINE_SECRET: SECRET, HOST: '127.0.0.1', PORT: '0' }
const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }

t.test('the process says when it is ready, serves, and ends within two seconds', async (t) => {
  const api = startProcess(t, MAIN, { ...env, DATABASE_URL: await freshDatabaseUrl(t, 'postgres') })
  const { url } = await api.ready()
  const body = JSON.stringify({ title: 'x', assignee: 'bob@example.org' })
  const created = await fetch(`${url}/tasks`, { method: 'POST', headers, body })
  t.equal(created.status, 201)
  t.match(await (await fetch(`${url}/metrics`)).text(), /^tasks_created_total 1$/m)
  const started = performance.now()
  t.equal(await api.stop(), 0, api.output())
  t.ok(performance.now() - started < 2_000)
})

t.test('it refuses a configuration it cannot use, naming every problem', async (t) => {
  const api = startProcess(t, MAIN, { PORT: 'many', LIFELINE_API_KEY: 'x' })
  await t.rejects(api.ready(), /DATABASE_URL is not set[\s\S]*LIFELINE_API_KEY[\s\S]*PORT/)
})

t.test('it refuses a database that only one process can use', async (t) => {
  const api = startProcess(t, MAIN, { ...env, DATABASE_URL: 'pglite:' })
  await t.rejects(api.ready(), /only one process can use/)
})

t.test('without its broker it serves all the same, and says that it is degraded', async (t) => {
  const url = await freshDatabaseUrl(t, 'postgres')
  const api = startProcess(t, MAIN, { ...env, DATABASE_URL: url, BROKER_URL: `amqp://127.0.0.1:${await freePort()}` })
  const { url: base } = await api.ready()
  const body = JSON.stringify({ title: 'x', assignee: 'bob@example.org' })
  t.equal((await fetch(`${base}/tasks`, { method: 'POST', headers, body })).status, 201)
  const health = await fetch(`${base}/health/ready`)
  t.equal(health.status, 200)
  t.match(await health.json(), { status: 'degraded', database: 'ok', broker: /^degraded/ })
  t.equal(await api.stop(), 0, api.output())
  const db = await openDatabase(url)
  const waiting = await db.selectFrom('outbox').select('routing_key').execute()
  await db.destroy()
  t.strictSame(waiting, [{ routing_key: 'task.created' }])
})

t.test('it waits for a database that is away, and for its schema, and says so', async (t) => {
  const postgres = await startPostgres({ durable: true })
  t.after(() => postgres.dispose())
  await postgres.stop()
  const api = startProcess(t, MAIN, { ...env, DATABASE_URL: postgres.url })
  await eventually(() => api.log.some(({ msg }) => msg.startsWith('waiting for the database')))
  await postgres.start()
  await eventually(() => api.log.some(({ msg }) => msg.startsWith('waiting for the schema')), { timeoutMs: 20_000 })
  const db = await openDatabase(postgres.url)
  await migrate(db)
  await db.destroy()
  await api.ready()
  t.equal(await api.stop(), 0)
})

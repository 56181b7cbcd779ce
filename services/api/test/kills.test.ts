import { migrate } from '@lifeline/backbone/db/migrate'
import { openDatabase } from '@lifeline/backbone/db/open'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { startPostgres } from '@lifeline/testing/postgres'
import { startProcess } from '@lifeline/testing/processes'
import type { TestScope } from '@lifeline/testing/test-scope'
import t, { type Test } from 'tap'
import { KEY, SECRET } from './given-api.ts'

const CLIENTS = 32

async function startApi(t: TestScope, databaseUrl: string) {
  const api = startProcess(t, 'services/api/src/main.ts', {
    DATABASE_URL: databaseUrl,
    LIFELINE_API_KEY: KEY,
    LIFELINE_SECRET: SECRET,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'info',
    // A busy machine is not what is tested here.
    MAX_EVENT_LOOP_DELAY_MS: '60000',
  })
  const { url } = await api.ready()
  return { api, url: String(url) }
}

/** Creates and moves tasks from many clients until the server is gone; answers what it has acknowledged: id and version. */
function loadUntilGone(url: string) {
  const acknowledged = new Map<string, number>()
  const send = async (method: string, path: string, body: object) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const task = (await response.json()) as { id: string; version: number }
    if (!response.ok) throw new Error(JSON.stringify(task))
    acknowledged.set(task.id, task.version)
    return task.id
  }
  const client = async () => {
    for (;;) {
      const id = await send('POST', '/tasks', { title: 'Survive', assignee: 'ann@example.org' })
      await send('PATCH', `/tasks/${id}/status`, { status: 'InProgress' })
    }
  }
  const gone = Promise.allSettled(Array.from({ length: CLIENTS }, client))
  return { acknowledged, gone }
}

async function assertAllThere(t: Test, url: string, acknowledged: ReadonlyMap<string, number>) {
  const db = await openDatabase(url)
  t.after(() => db.destroy())
  const rows = await db.selectFrom('tasks').select(['id', 'version']).execute()
  const versions = new Map(rows.map(({ id, version }) => [id, version]))
  const lost = [...acknowledged].filter(([id, version]) => (versions.get(id) ?? 0) < version)
  t.strictSame(lost, [], `of ${acknowledged.size} acknowledged tasks none is lost`)
  const changes = rows.reduce((sum, { version }) => sum + version, 0)
  t.equal((await db.selectFrom('task_logs').select('version').execute()).length, changes, 'one log row a change')
  const events = await db.selectFrom('outbox').select(['message_id']).execute()
  t.equal(new Set(events.map(({ message_id }) => message_id)).size, events.length, 'no event twice')
}

t.test('postgres: a process killed in the middle of load has lost nothing that it acknowledged, and left nothing half done', async (t) => {
  const url = await freshDatabaseUrl(t, 'postgres')
  const { api, url: at } = await startApi(t, url)
  const { acknowledged, gone } = loadUntilGone(at)
  await eventually(() => acknowledged.size > 300)
  await api.kill9()
  await gone
  await assertAllThere(t, url, acknowledged)
})

t.test('postgres: neither has a database server that is killed in the middle of load', async (t) => {
  const server = await startPostgres({ durable: true })
  t.after(() => server.dispose())
  const db = await openDatabase(server.url)
  await migrate(db)
  await db.destroy()
  const { url: at } = await startApi(t, server.url)
  const { acknowledged, gone } = loadUntilGone(at)
  await eventually(() => acknowledged.size > 300)
  await server.kill9()
  await gone
  await server.start()
  await assertAllThere(t, server.url, acknowledged)
  // The same process goes on by itself.
  const again = loadUntilGone(at)
  await eventually(() => again.acknowledged.size > 20)
})

t.test('postgres: a process killed between an effect and its answer: the same request again is one task', async (t) => {
  const url = await freshDatabaseUrl(t, 'postgres')
  const db = await openDatabase(url)
  t.after(() => db.destroy())
  const first = await startApi(t, url)
  const post = (at: string, n: number) =>
    fetch(`${at}/tasks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', 'idempotency-key': `request ${n}` },
      body: JSON.stringify({ title: `Task ${n}`, assignee: 'ann@example.org' }),
    })
  const titles = async () => (await db.selectFrom('tasks').select('title').execute()).map(({ title }) => title)
  const answered = new Set<number>()
  const sent = Array.from({ length: 2_000 }, (_, n) =>
    post(first.url, n).then(
      async (response) => response.ok && (await response.text()) && answered.add(n),
      () => {},
    ),
  )
  await eventually(async () => (await titles()).length > 100, { everyMs: 1 })
  await first.api.kill9()
  await Promise.all(sent)
  const effects = (await titles()).length
  t.ok(effects > answered.size, 'some had their effect and no answer')
  const second = await startApi(t, url)
  const again = await Promise.all(Array.from({ length: 2_000 }, (_, n) => post(second.url, n)))
  t.equal(again.filter(({ status }) => status === 201).length, 2_000)
  const replays = again.filter(({ headers }) => headers.get('idempotency-replayed') === 'true').length
  t.ok(replays >= effects, 'all that had their effect are replays')
  const all = await titles()
  t.strictSame([all.length, new Set(all).size], [2_000, 2_000])
})

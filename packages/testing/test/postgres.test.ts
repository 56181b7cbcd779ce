import { openDatabase } from '@lifeline/backbone/db/open'
import { startPostgres } from '@lifeline/testing/postgres'
import { embeddedPostgres } from '@lifeline/testing/postgres-programs'
import { identify, isAlive } from '@lifeline/testing/process-identity'
import { sql } from 'kysely'
import t from 'tap'
import { processesIn } from './process-list.ts'

async function ask(url: string, text: string): Promise<unknown[]> {
  const db = await openDatabase(url, { connections: 1 })
  try {
    return (await sql.raw(text).execute(db)).rows
  } finally {
    await db.destroy()
  }
}

t.test('what was committed is there after kill -9 and a new start, when it is durable', async (t) => {
  const server = await startPostgres({ durable: true })
  t.after(() => server.dispose())
  await ask(server.url, 'create table kept as select 42 as answer')
  for (let round = 0; round < 3; round++) {
    await server.kill9()
    await t.rejects(ask(server.url, 'select 1'))
    await server.start()
    t.same(await ask(server.url, 'select answer from kept'), [{ answer: 42 }])
  }
})

t.test('two run beside each other, and stopping one leaves nothing of it', async (t) => {
  const [first, second] = await Promise.all([startPostgres(), startPostgres()])
  t.after(() => second.dispose())
  const pid = identify(first.pid()) ?? ''
  t.not(first.url, second.url)
  t.equal(isAlive(pid), true)
  await first.dispose()
  t.equal(isAlive(pid), false)
  t.same(processesIn(first.folder) ?? [], [])
  t.same(await ask(second.url, 'select 1 as one'), [{ one: 1 }])
})

t.test("npm's PostgreSQL, for machines that have none", async (t) => {
  const server = await startPostgres({ programs: await embeddedPostgres() })
  t.after(() => server.dispose())
  t.match(await ask(server.url, 'select version() as version'), [{ version: /^PostgreSQL 18/ }])
})

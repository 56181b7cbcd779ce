import { checkSchema } from '@lifeline/backbone/db/migrate'
import { openDatabase } from '@lifeline/backbone/db/open'
import { freshVhost } from '@lifeline/testing/brokers'
import { ENGINES, freshDatabase, freshDatabaseUrl } from '@lifeline/testing/databases'
import { connect } from 'amqplib'
import t from 'tap'

for (const engine of ENGINES) {
  t.test(`${engine}: a fresh database is migrated, empty, and the test's own`, async (t) => {
    const [db, other] = await Promise.all([freshDatabase(t, engine), freshDatabase(t, engine)])
    t.same(await checkSchema(db), { state: 'ready' })
    await db.insertInto('migrations').values({ file: 'mine', step: 0, applied_at: new Date() }).execute()
    t.same(await other.selectFrom('migrations').select('file').where('file', '=', 'mine').execute(), [])
  })
}

t.test('the URL of a fresh database opens in another connection', async (t) => {
  const db = await openDatabase(await freshDatabaseUrl(t, 'postgres'))
  t.after(() => db.destroy())
  t.same(await db.selectFrom('tasks').selectAll().execute(), [])
})

t.test('each test gets a virtual host of its own', async (t) => {
  const urls = await Promise.all(Array.from({ length: 5 }, () => freshVhost(t)))
  t.equal(new Set(urls).size, 5)
  for (const url of urls) await (await connect(url)).close()
})

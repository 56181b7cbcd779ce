import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { freshDatabase } from '@lifeline/testing/databases'
import { copyDatabase, dropDatabase } from '@lifeline/testing/template-databases'
import { testEnvironment } from '@lifeline/testing/test-environment'
import t, { type Test } from 'tap'
import { checkSchema, migrate, splitStatements } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/open.ts'

const FILES = readdirSync(new URL('../../../../sql/postgres/', import.meta.url))
  .filter((file) => file.endsWith('.sql'))
  .sort()

async function emptyDatabaseUrl(t: Test): Promise<string> {
  const server = testEnvironment('TEST_DATABASE_URL')
  const name = `lifeline_empty_${randomBytes(6).toString('hex')}`
  const url = await copyDatabase(server, 'template1', name)
  t.after(() => dropDatabase(server, name))
  return url
}

t.test('statements end with a semicolon at the end of a line, and comments are dropped', async (t) => {
  const text = "-- a comment; with one\ncreate table a (b text default ';');\n\n  -- another\ncreate index c\n  on a (b); \n"
  t.strictSame(splitStatements(text), ["create table a (b text default ';')", 'create index c\n  on a (b)'])
})

t.test('many processes may migrate at once: each step is done once', async (t) => {
  const url = await emptyDatabaseUrl(t)
  const dbs = await Promise.all(Array.from({ length: 5 }, () => openDatabase(url, { connections: 3 })))
  t.after(() => Promise.all(dbs.map((db) => db.destroy())))
  const [db] = dbs
  if (db === undefined) return
  t.strictSame(await checkSchema(db), { state: 'behind', missing: FILES })
  const applied = await Promise.all(dbs.map((one) => migrate(one)))
  t.strictSame(applied.flat().sort(), FILES, 'each file was finished by one of them')
  t.strictSame(await checkSchema(db), { state: 'ready' })
  t.strictSame(await migrate(db), [])
})

t.test('a migration that was killed goes on at the step it had reached', async (t) => {
  const url = await emptyDatabaseUrl(t)
  const db = await openDatabase(url, { connections: 3 })
  t.after(() => db.destroy())
  await migrate(db)
  // As if the last step of the last file had not been reached.
  await db.schema.dropIndex('notifications_sent_at').execute()
  const last = await db
    .selectFrom('migrations')
    .selectAll()
    .where('file', 'like', '0003-%')
    .orderBy('step', 'desc')
    .executeTakeFirstOrThrow()
  await db.deleteFrom('migrations').where('file', '=', last.file).where('step', '=', last.step).execute()
  t.match(await checkSchema(db), { state: 'behind', missing: [last.file] }, 'nobody takes it for ready')
  t.strictSame(await migrate(db), [last.file])
  t.strictSame(await checkSchema(db), { state: 'ready' })
})

t.test('a schema with migrations that we do not know is fine, unless one of them is breaking', async (t) => {
  const db = await freshDatabase(t, 'postgres')
  const record = (file: string) => db.insertInto('migrations').values({ file, step: 0, applied_at: new Date() }).execute()
  await record('9998-later.sql')
  t.strictSame(await checkSchema(db), { state: 'ready' })
  await record('9999-other-tasks.breaking.sql')
  await t.rejects(checkSchema(db), { code: 'schema_too_new', message: /9999-other-tasks\.breaking\.sql/ })
})

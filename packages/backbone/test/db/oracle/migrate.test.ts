import { readdirSync } from 'node:fs'
import { checkSchema, migrate } from '@lifeline/backbone/db/migrate'
import { openDatabase } from '@lifeline/backbone/db/open'
import type { Db } from '@lifeline/backbone/db/schema'
import { freshOracleUrl, type OracleEngine } from '@lifeline/testing/oracle/fresh-schema'
import { sql } from 'kysely'
import t, { type Test } from 'tap'

const ENGINES: readonly OracleEngine[] = [
  'oracle-h2',
  'oracle-pg',
  ...(process.env.TEST_ORACLE_URL === undefined ? [] : (['oracle'] as const)),
]
const FILES = readdirSync(new URL('../../../../../sql/oracle/', import.meta.url)).sort()

async function givenEmpty(t: Test, engine: OracleEngine, processes = 1): Promise<Db[]> {
  const url = await freshOracleUrl(t, engine, { empty: true })
  const dbs = await Promise.all(Array.from({ length: processes }, () => openDatabase(url, { connections: 2 })))
  t.after(() => Promise.all(dbs.map((db) => db.destroy())))
  return dbs
}

const recorded = async (db: Db) => (await db.selectFrom('migrations').select('step').execute()).length

// PostgreSQL answers two CREATE TABLE at once with a violated key of its own catalogue.
for (const engine of ENGINES.filter((engine) => engine !== 'oracle-pg')) {
  t.test(`${engine}: many processes may migrate at once: each step is done once, and nobody sees a half schema as ready`, async (t) => {
    const dbs = await givenEmpty(t, engine, 4)
    const [db] = dbs as [Db]
    t.strictSame(await checkSchema(db), { state: 'behind', missing: FILES })
    const ends = Promise.all(dbs.map((one) => migrate(one)))
    let ended = false
    void ends.finally(() => {
      ended = true
    })
    while (!ended) {
      const { state } = await checkSchema(db)
      if (state === 'ready') t.equal((await db.selectFrom('outbox_shard').select('shard').execute()).length, 16)
      await db
        .selectFrom('notifications')
        .select('id')
        .execute()
        .catch(() => t.equal(state, 'behind'))
    }
    t.strictSame([...new Set((await ends).flat())].sort(), FILES)
    t.strictSame(await checkSchema(db), { state: 'ready' })
    t.strictSame(await migrate(db), [])
  })
}

for (const engine of ENGINES) {
  t.test(`${engine}: a step that was done but not recorded counts as done`, async (t) => {
    const [db] = (await givenEmpty(t, engine)) as [Db]
    await migrate(db)
    const steps = await recorded(db)
    const unrecord = (file: string, step: number) =>
      db.deleteFrom('migrations').where('file', '=', file).where('step', '>=', step).execute()
    // Killed between the DDL of the last step and its record; then even the first files once more.
    for (const [file, step] of [
      ['0003-notifications.sql', 3],
      ['0001-tasks.sql', 0],
    ] as const) {
      await unrecord(file, step)
      t.strictSame(await checkSchema(db), { state: 'behind', missing: [file] })
      t.strictSame(await migrate(db), [file])
      t.equal(await recorded(db), steps)
    }
  })

  t.test(`${engine}: a step that fails stops the migration there, and the next one goes on`, async (t) => {
    const [db] = (await givenEmpty(t, engine)) as [Db]
    await migrate(db)
    const last = { file: '0003-notifications.sql', step: 2 }
    await db.deleteFrom('migrations').where('file', '=', last.file).where('step', '>=', last.step).execute()
    await sql`drop index "notifications_subject"`.execute(db)
    await sql`drop index "notifications_sent_at"`.execute(db)
    await sql`alter table "notifications" drop column "subject"`.execute(db)
    await t.rejects(migrate(db), { code: 'ORA-00904' })
    t.strictSame(await checkSchema(db), { state: 'behind', missing: [last.file] })
    await sql`alter table "notifications" add "subject" varchar2(100 char)`.execute(db)
    t.strictSame(await migrate(db), [last.file])
    t.strictSame(await checkSchema(db), { state: 'ready' })
  })
}

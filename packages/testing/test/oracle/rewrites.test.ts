import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { createH2Database, dropH2Database } from '../../src/oracle/h2/databases.ts'
import { openH2Session } from '../../src/oracle/h2/open-session.ts'
import { H2_REWRITES } from '../../src/oracle/h2/rewrites.ts'
import { createOrafceDatabase, dropOrafceDatabase } from '../../src/oracle/postgres/databases.ts'
import { openPostgresSession } from '../../src/oracle/postgres/open-session.ts'
import { POSTGRES_REWRITES } from '../../src/oracle/postgres/rewrites.ts'
import type { Rewrite } from '../../src/oracle/rewrite.ts'
import type { BindValue, Session } from '../../src/oracle/session.ts'
import { testEnvironment } from '../../src/test-environment.ts'

type Open = (t: Test, rewrites: readonly Rewrite[]) => Promise<Session>

const openOnH2: Open = async (t, rewrites) => {
  const port = Number(testEnvironment('TEST_ORACLE_H2_PORT'))
  const database = `h2-${randomBytes(6).toString('hex')}`
  await createH2Database(port, database)
  t.after(() => dropH2Database(port, database))
  const session = await openH2Session(port, database, rewrites)
  t.after(() => session.close())
  return session
}

const openOnPostgres: Open = async (t, rewrites) => {
  const server = testEnvironment('TEST_ORACLE_PG_URL')
  const database = `pg-${randomBytes(6).toString('hex')}`
  await createOrafceDatabase(server, database)
  t.after(() => dropOrafceDatabase(server, database))
  const session = await openPostgresSession(Number(new URL(server).port), database, rewrites)
  t.after(() => session.close())
  return session
}

async function runExample(session: Session, { example }: Rewrite): Promise<void> {
  const run = (sql: string, binds: BindValue[] = []) => session.execute({ sql, kind: 'other', outBinds: 0 }, [binds], 0)
  for (const sql of example.before ?? []) await run(sql)
  await run(example.sql, example.binds)
}

for (const [engine, rewrites, open] of [
  ['H2', H2_REWRITES, openOnH2],
  ['PostgreSQL with orafce', POSTGRES_REWRITES, openOnPostgres],
] as const) {
  for (const rewrite of rewrites) {
    t.test(`${engine}: ${rewrite.name}: runs with this rewrite, and does not without`, async (t) => {
      await t.resolves(runExample(await open(t, rewrites), rewrite))
      const others = rewrites.filter((other) => other !== rewrite)
      await t.rejects(runExample(await open(t, others), rewrite), `needed because ${rewrite.why}`)
    })
  }
}

import { randomBytes } from 'node:crypto'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '@lifeline/backbone/db/open'
import type { Db } from '@lifeline/backbone/db/schema'
import { freshOracleUrl, type OracleEngine, wireEnvironment } from './oracle/fresh-schema.ts'
import { makeTempFolder, removeTempFolder } from './temp-folder.ts'
import { copyDatabase, dropDatabase } from './template-databases.ts'
import { testEnvironment } from './test-environment.ts'
import type { TestScope } from './test-scope.ts'

export type Engine = 'pglite' | 'postgres' | OracleEngine

/** Only where an Oracle answers (`oracle/real/`); the summary of a run says whether. */
const REAL_ORACLE: Engine[] = process.env.TEST_ORACLE_URL === undefined ? [] : ['oracle']

/** The databases that every query and every change must work on. */
export const ENGINES: readonly Engine[] = [
  'pglite',
  'postgres',
  ...(process.env.TEST_ORACLE_H2_PORT === undefined ? [] : ['oracle-h2' as const]),
  ...REAL_ORACLE,
]

/** Those with sessions that really run side by side, for what must hold when several do the same thing at once. */
export const CONCURRENT_ENGINES: readonly Engine[] = ['postgres', 'oracle-pg', ...REAL_ORACLE]

/** A migrated, empty database of the test's own; closed and removed after it. */
export async function freshDatabase(t: TestScope, engine: Engine): Promise<Db> {
  const db = await openDatabase(await freshDatabaseUrl(t, engine))
  t.after(() => db.destroy())
  return db
}

/** The same as a DATABASE_URL, for a process that opens it. A `pglite:` one is for one process at a time. */
export async function freshDatabaseUrl(t: TestScope, engine: Engine): Promise<string> {
  if (engine === 'pglite') return freshPglite(t)
  return engine === 'postgres' ? await freshPostgres(t) : await freshOracleUrl(t, engine)
}

/** DATABASE_URL, and whatever else a process of its own needs to reach it. */
export async function databaseEnvironment(t: TestScope, engine: Engine): Promise<Record<string, string>> {
  const url = { DATABASE_URL: await freshDatabaseUrl(t, engine) }
  return engine === 'oracle-h2' || engine === 'oracle-pg' ? { ...url, ...wireEnvironment } : url
}

// Making a PGlite and migrating it takes seconds; copying a folder and opening it 0.4 s.
function freshPglite(t: TestScope): string {
  const folder = makeTempFolder('pglite')
  t.after(() => removeTempFolder(folder))
  const data = join(folder, 'data')
  cpSync(testEnvironment('TEST_PGLITE_TEMPLATE'), data, { recursive: true })
  return `pglite:${data}`
}

async function freshPostgres(t: TestScope): Promise<string> {
  const server = testEnvironment('TEST_DATABASE_URL')
  const name = `lifeline_test_${randomBytes(6).toString('hex')}`
  const url = await copyDatabase(server, testEnvironment('TEST_DATABASE_TEMPLATE'), name)
  t.after(() => dropDatabase(server, name))
  return url
}

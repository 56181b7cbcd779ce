import { randomBytes } from 'node:crypto'
import { testEnvironment } from '../test-environment.ts'
import type { TestScope } from '../test-scope.ts'
import { copyH2Database, createH2Database, dropH2Database } from './h2/databases.ts'
import { copyOrafceDatabase, createOrafceDatabase, dropOrafceDatabase } from './postgres/databases.ts'
import { freshOracleUser } from './real/users.ts'
import { H2_SERVICE, oracleUrl, POSTGRES_SERVICE } from './wire/engine-address.ts'

export const ORACLE_ENGINES = ['oracle-h2', 'oracle-pg', 'oracle'] as const
export type OracleEngine = (typeof ORACLE_ENGINES)[number]

export interface FreshSchema {
  /** Nothing is in it; otherwise it is migrated. */
  empty?: boolean
}

/**
 * The URL of a schema of the test's own on one of the engines. Where it is used, the wire must be installed: here it
 * is, and a process of its own gets `wireEnvironment`.
 */
export async function freshOracleUrl(t: TestScope, engine: OracleEngine, { empty = false }: FreshSchema = {}): Promise<string> {
  await import('./wire/install.ts')
  // Loaded here, because only who uses Oracle shall pay for it.
  const { recordStatements } = await import('./statements/record.ts')
  recordStatements()
  const name = randomBytes(6).toString('hex')
  if (engine === 'oracle') return await freshOracleUser(t, name, empty)
  return engine === 'oracle-h2'
    ? await freshH2(t, `${H2_SERVICE}${name}`, empty)
    : await freshOrafce(t, `${POSTGRES_SERVICE}${name}`, empty)
}

async function freshH2(t: TestScope, database: string, empty: boolean) {
  const port = Number(testEnvironment('TEST_ORACLE_H2_PORT'))
  if (empty) await createH2Database(port, database)
  else await copyH2Database(port, `${H2_SERVICE}template`, database)
  t.after(() => dropH2Database(port, database))
  return oracleUrl(port, database)
}

async function freshOrafce(t: TestScope, database: string, empty: boolean) {
  const server = testEnvironment('TEST_ORACLE_PG_URL')
  if (empty) await createOrafceDatabase(server, database)
  else await copyOrafceDatabase(server, testEnvironment('TEST_ORACLE_PG_TEMPLATE'), database)
  t.after(() => dropOrafceDatabase(server, database))
  return oracleUrl(new URL(server).port, database)
}

/** Variables with which one of our services, as a process of its own, reaches an engine in place of Oracle. */
export const wireEnvironment = { NODE_OPTIONS: `--import=${new URL('./wire/install.ts', import.meta.url).href}` }

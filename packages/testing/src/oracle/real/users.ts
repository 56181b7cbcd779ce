import { randomBytes } from 'node:crypto'
import oracledb from 'oracledb'
import { testEnvironment } from '../../test-environment.ts'
import type { TestScope } from '../../test-scope.ts'
import { makeMigrated } from '../migrated.ts'

/** What Lifeline's user needs, and no more. */
const GRANTS = 'create session, create table, create sequence'

/** A user with a schema of its own on a real Oracle, dropped after the test. TEST_ORACLE_URL is one who may make users. */
export async function freshOracleUser(t: TestScope, name: string, empty: boolean): Promise<string> {
  const user = `LIFELINE_${name.toUpperCase()}`
  const password = `P${randomBytes(8).toString('hex')}`
  await asAdmin(`create user ${user} identified by "${password}" quota unlimited on users`, `grant ${GRANTS} to ${user}`)
  t.after(() => asAdmin(`drop user ${user} cascade`))
  const url = new URL(testEnvironment('TEST_ORACLE_URL'))
  url.username = user
  url.password = password
  if (!empty) await makeMigrated(url.href)
  return url.href
}

async function asAdmin(...statements: string[]): Promise<void> {
  const { username, password, host, pathname } = new URL(testEnvironment('TEST_ORACLE_URL'))
  const connection = await oracledb.getConnection({
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    connectString: `${host}${pathname}`,
  })
  try {
    for (const statement of statements) await connection.execute(statement)
  } finally {
    await connection.close()
  }
}

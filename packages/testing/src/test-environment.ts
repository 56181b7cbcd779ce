/** What the runner (`run-tests.ts`) tells the test files, through the environment of their processes. */
export interface TestEnvironment {
  /** Holds notes, claims and templates of this run. */
  TEST_RUN_FOLDER: string
  /** A PostgreSQL in which databases may be made and dropped. */
  TEST_DATABASE_URL: string
  /** The migrated, empty database there that others are copied from. */
  TEST_DATABASE_TEMPLATE: string
  /** The folder of a migrated, empty PGlite, to be copied. */
  TEST_PGLITE_TEMPLATE: string
  /** Where H2Server.java listens, with the migrated, empty database `h2-template`. */
  TEST_ORACLE_H2_PORT: string
  /** A PostgreSQL with orafce, and the migrated, empty database there that others are copied from. */
  TEST_ORACLE_PG_URL: string
  TEST_ORACLE_PG_TEMPLATE: string
  /** A real Oracle, as a user who may make users. Absent where there is none. */
  TEST_ORACLE_URL: string
  /** The broker that all files share; tests that kill or freeze one start their own. */
  TEST_BROKER_URL: string
  /** Names of its empty virtual hosts, with commas between them. */
  TEST_BROKER_VHOSTS: string
}

export function testEnvironment<Name extends keyof TestEnvironment>(name: Name): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: this test needs what npm test starts. Run: npm test -- <file>`)
  return value
}

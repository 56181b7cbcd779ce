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

import { DialectAdapterBase } from 'kysely'
import { oracleFragments } from './fragments.ts'
import { unsupported } from './unsupported.ts'

export class OracleAdapter extends DialectAdapterBase {
  readonly fragments = oracleFragments

  override get supportsReturning(): boolean {
    return true
  }
  /** Every DDL statement commits, before it runs and after. */
  override get supportsTransactionalDdl(): boolean {
    return false
  }
  override get supportsCreateIfNotExists(): boolean {
    return false
  }
  async acquireMigrationLock(): Promise<void> {
    unsupported("Kysely's Migrator", undefined, 'use migrate')
  }
  async releaseMigrationLock(): Promise<void> {}
}

import type { Expression, RawBuilder } from 'kysely'
import type { Db, TableName, Trx } from '../schema.ts'

/** A row to write: a value for each column named in `columns`, and the version the row must still have. */
export interface GuardedRow {
  id: string
  guard: number
  values: Record<string, unknown>
}

/**
 * The few statements the databases spell differently. Everything else is written once, in Kysely.
 * A dialect's adapter carries them, so that a query needs nothing but its `db`.
 */
export interface Fragments {
  /** `update … where id = and version =` for many rows in one statement; answers how many rows were still at their version. */
  updateRows(trx: Trx, table: TableName, rows: readonly GuardedRow[]): Promise<number>
  /** Seconds, with fractions, from one instant to another. */
  secondsBetween(from: Expression<Date | null>, to: Expression<Date | null>): RawBuilder<number>
  /** Runs `work` while no other process can run the same. */
  withMigrationLock(db: Db, work: () => Promise<void>): Promise<void>
  /** What keeps the database small and quick to open when nobody else looks after it. */
  vacuum(db: Db): Promise<void>
}

/** The fragments of the dialect that `db` was opened with. */
export function fragments(db: Db): Fragments {
  const adapter = db.getExecutor().adapter as unknown as { fragments?: Fragments }
  if (adapter.fragments === undefined) throw new Error('This database was not opened by openDatabase.')
  return adapter.fragments
}

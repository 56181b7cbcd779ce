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
  /** `update … where id = and version =` for many rows in one round trip; answers how many rows were still at their version. */
  updateRows(trx: Trx, table: TableName, rows: readonly GuardedRow[]): Promise<number>
  /** Seconds, with fractions, from one instant to another. */
  secondsBetween(from: Expression<Date | null>, to: Expression<Date | null>): RawBuilder<number>
  /** The beginning of the instant's day in UTC. */
  dayOf(instant: Expression<Date>): RawBuilder<Date>
  /**
   * The isolation in which all statements of a transaction see the same state, and a write to what somebody else has
   * changed since is a DeadlockError.
   */
  snapshotIsolation: 'repeatable read' | 'serializable'
  /** The folder of `sql/` with its migrations. */
  migrations: 'postgres' | 'oracle'
  /**
   * Runs `work` while no other process can run the same. `prepare` makes the table of migrations, which may be what is
   * locked; it can run in two processes at once, and again. Throws DatabaseUnavailableError when another process takes long.
   */
  withMigrationLock(db: Db, steps: { prepare: (db: Db) => Promise<void>; work: (db: Db) => Promise<void> }): Promise<void>
  /** Whether a step of a migration failed because it had been done but not recorded: never, where a step and its record are one. */
  isDoneBefore(error: unknown, statement: string): boolean
  /** What keeps the database small and quick to open when nobody else looks after it. */
  vacuum(db: Db): Promise<void>
}

/** The step that makes the table of migrations; its row is there before any other. */
export const FIRST_STEP = { file: '0000-migrations.sql', step: 0 } as const

/** The fragments of the dialect that `db` was opened with. */
export function fragments(db: Db): Fragments {
  const adapter = db.getExecutor().adapter as unknown as { fragments?: Fragments }
  if (adapter.fragments === undefined) throw new Error('This database was not opened by openDatabase.')
  return adapter.fragments
}

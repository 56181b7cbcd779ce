import type { Expression, RawBuilder, SqlBool } from 'kysely'
import type { Db, TableName, Trx } from '../schema.ts'
import type { Write } from '../write.ts'

export interface RowWithId {
  id: string
  [column: string]: unknown
}

/**
 * The few statements the databases spell differently. Everything else is written once, in Kysely.
 * A dialect's adapter carries them, so that a query needs nothing but its `db`.
 */
export interface Fragments {
  /** Writes many changes in one transaction; answers which were still at their version. Of the others nothing is written. */
  write(db: Db, writes: readonly Write[]): Promise<boolean[]>
  /** Sets rows, found by their `id`, to values of their own, in one round trip; answers how many there were. All name the same columns. */
  updateRows(trx: Trx, table: TableName, rows: readonly RowWithId[]): Promise<number>
  /** Whether a column is one of `values`, in a text that is the same for any number of them where the database can prepare that. */
  anyOf(table: TableName, column: string, values: readonly string[] | readonly number[]): Expression<SqlBool>
  /** The texts that a query of one column gives, as one value of a row; undefined where they are better read beside the row. */
  arrayOf: ((query: Expression<unknown>) => RawBuilder<string[]>) | undefined
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

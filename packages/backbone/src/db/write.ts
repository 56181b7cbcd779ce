import type { Insertable } from 'kysely'
import type { Schema, TableName } from './schema.ts'

/** A row to add, with a value for every column but an identity. */
export type Insert = { [T in TableName]: { table: T; row: Insertable<Schema[T]> } }[TableName]

/** A row to remove, by the columns of its key. */
export interface Delete {
  table: TableName
  key: Record<string, string | number | Date>
}

/**
 * New values of a row, `version` among them, written only while the row is still at `version`; or, of a kind whose rows are
 * also written when nothing changes that has a version, at `revision`. Few sets of columns: each is a statement.
 */
export type Update = { id: string; set: Record<string, unknown> } & (
  | {
      table:
        | 'tasks'
        | 'notifications'
        | 'users'
        | 'sessions'
        | 'keys'
        | 'channels'
        | 'alert_folds'
        | 'incidents'
        | 'maintenance_windows'
        | 'reports'
      version: number
    }
  | { table: 'schedulers'; revision: number }
)

/** The number that guards a table's rows. */
export const guardColumn = (table: TableName) => (table === 'schedulers' ? 'revision' : 'version')

/** Where the row must still be. */
export const guardOf = (update: Update) => (update.table === 'schedulers' ? update.revision : update.version)

/** What one operation writes, all of it or nothing. When its row has moved on from the version of `update`, it is nothing. */
export interface Write {
  update?: Update
  inserts: readonly Insert[]
  /** No row is both deleted and inserted: the two have no order. */
  deletes?: readonly Delete[]
}

import { COLUMNS, type ColumnKind, columnKind, type TableName } from '../../schema.ts'
import { unsupported } from './unsupported.ts'

/** How values travel. An identity is a number that the database makes. */
export type BindKind = Exclude<ColumnKind, 'identity'>

/** The kind of a column. Oracle must be told it for every bind, for a null most of all: an untyped one is text of length 1. */
export function bindKind(table: string, column: string): BindKind {
  if (!(table in COLUMNS && column in COLUMNS[table as TableName])) {
    unsupported(`${table}.${column}, which is not in COLUMNS`, undefined, 'name every column in schema.ts: its binds need a type')
  }
  const { kind } = columnKind(table as TableName, column)
  return kind === 'identity' ? 'int' : kind
}

/** The kind of a value that stands for no column: in a condition, in raw SQL. */
export function kindOfValue(value: unknown): BindKind {
  if (value instanceof Date) return 'time'
  if (typeof value === 'number' || typeof value === 'bigint') return 'int'
  if (typeof value === 'string' || value === null || value === undefined) return 'text'
  if (typeof value === 'boolean') unsupported('a boolean', 'ORA-03115', 'there is none before 23ai; use a status, a time, or 0 and 1')
  return unsupported(`a value of type ${typeof value}`, 'ORA-00932', 'only text, numbers, Dates and null can be bound')
}

export const columnsOf = (table: string): string[] => Object.keys(COLUMNS[table as TableName] ?? {})

const LONG_COLUMNS: ReadonlySet<string> = new Set(
  Object.entries(COLUMNS).flatMap(([table, columns]) =>
    Object.keys(columns).filter((column) => columnKind(table as TableName, column).kind === 'longtext'),
  ),
)

/** Whether columns of this name are CLOBs. One name is the same kind in all tables. */
export const isLongColumn = (column: string): boolean => LONG_COLUMNS.has(column)

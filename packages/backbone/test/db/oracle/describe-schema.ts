/** What a schema is made of, in words that do not depend on the database. */
export interface TableShape {
  /** Kind, length of texts, `?` when it may be null: `text(200)?`. */
  columns: Record<string, string>
  /** By name: `primary key (a, b)`, `unique (a)`, `foreign key (a) to tasks`. */
  keys: Record<string, string>
  /** Those that are not there for a key, by name: `(a, b)`, `unique (a)`. */
  indexes: Record<string, string>
  /** By name: the texts that a CHECK allows. */
  checks: Record<string, string[]>
}
export type SchemaShape = Record<string, TableShape>

export interface ColumnFact {
  table: string
  column: string
  kind: string
  length: number | null
  nullable: boolean
}

/** A column of a key, of an index or (without a place) a CHECK with its condition. */
export interface PartFact {
  table: string
  name: string
  what: 'primary key' | 'unique' | 'foreign key' | 'index' | 'unique index' | 'check'
  column: string | null
  /** The table that a foreign key points to, or the condition of a CHECK. */
  detail: string | null
}

/** Puts facts, the columns of a key in their order, together. */
export function describeSchema(columns: readonly ColumnFact[], parts: readonly PartFact[]): SchemaShape {
  const shape: SchemaShape = {}
  const tableOf = (name: string) => (shape[name] ??= { columns: {}, keys: {}, indexes: {}, checks: {} })
  for (const { table, column, kind, length, nullable } of columns) {
    tableOf(table).columns[column] = `${kind}${kind === 'text' ? `(${length})` : ''}${nullable ? '?' : ''}`
  }
  for (const own of Map.groupBy(parts, ({ table, name }) => `${table} ${name}`).values()) {
    const [{ table, name, what, detail }] = own as [PartFact]
    const list = `(${own.map(({ column }) => column).join(', ')})`
    if (what === 'check') tableOf(table).checks[name] = [...(detail ?? '').matchAll(/'([^']*)'/g)].map(([, text = '']) => text).sort()
    else if (what === 'index') tableOf(table).indexes[name] = list
    else if (what === 'unique index') tableOf(table).indexes[name] = `unique ${list}`
    else tableOf(table).keys[name] = `${what} ${list}${what === 'foreign key' ? ` to ${detail}` : ''}`
  }
  return shape
}

/** A row as the database answered it. */
export type Row = Readonly<Record<string, unknown>>

export interface Substitutes {
  /** What stands in texts of the row, and the SQL expression (a text) that takes its place. */
  texts: Readonly<Record<string, string>>
  /** SQL of whole columns. */
  columns: Readonly<Record<string, string>>
}

/**
 * The columns of a sample row as SQL, so that a row inserted by them is of the same size: constants, but for the parts
 * that must differ from row to row.
 */
export function rowExpressions(row: Row, { texts, columns }: Substitutes): { names: string; values: string } {
  const names = Object.keys(row)
  const values = names.map((name) => columns[name] ?? expression(row[name], texts))
  return { names: names.join(', '), values: values.join(', ') }
}

function expression(value: unknown, texts: Substitutes['texts']): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number') return String(value)
  if (value instanceof Date) return `${quote(value.toISOString())}::timestamptz`
  return textExpression(String(value), Object.entries(texts))
}

function textExpression(text: string, substitutes: [text: string, sql: string][]): string {
  const [first, ...others] = substitutes
  if (text === '') return quote('')
  if (first === undefined) return quote(text)
  const [part, sql] = first
  const between = text.split(part).map((piece) => (piece === '' ? '' : textExpression(piece, others)))
  return between
    .flatMap((piece, i) => (i === 0 ? [piece] : [sql, piece]))
    .filter((piece) => piece !== '')
    .join(' || ')
}

/** Without a colon: pgbench would take what follows it for a variable, inside quotes too. */
const quote = (text: string) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll(':', '\\x3a')}'`

/** Strings, quoted names and comments; everything else is code, in which a word or a bind means what it says. */
const OPAQUE = /('(?:[^']|'')*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/)/

/** Applies `change` to the code of a statement, and leaves strings, names and comments alone. */
export function mapCode(sql: string, change: (code: string) => string): string {
  return sql
    .split(OPAQUE)
    .map((part, i) => (i % 2 === 0 ? change(part) : part))
    .join('')
}

/** The code alone, for questions about it; what was opaque is a placeholder of the same kind. */
export function codeOf(sql: string): string {
  return sql
    .split(OPAQUE)
    .map((part, i) => (i % 2 === 0 ? part : part.startsWith("'") ? "'…'" : part.startsWith('"') ? '"…"' : ' '))
    .join('')
}

/** Replaces the binds `:1`, `:name`, in the order in which they stand: that is how the driver counts them. */
export function numberBinds(sql: string, write: (number: number) => string): string {
  let number = 0
  return mapCode(sql, (code) => code.replace(/:\w+/g, () => write(++number)))
}

const RETURNING = /\s+returning\s+(?<columns>(?:"[^"]+"(?:\s*,\s*)?)+?)\s+into\s+:\w+(?:\s*,\s*:\w+)*\s*$/i

/** Takes `returning "a", "b" into :x, :y` off a statement. */
export function splitReturning(sql: string): { base: string; columns: string | undefined } {
  const found = RETURNING.exec(sql)
  return found === null ? { base: sql, columns: undefined } : { base: sql.slice(0, found.index), columns: found.groups?.columns }
}

/** Replaces calls that start with `opening`, which ends inside a bracket; `write` gets what stands up to its end. */
export function replaceCall(sql: string, opening: string, write: (inside: string) => string): string {
  const start = sql.indexOf(opening)
  if (start < 0) return sql
  const from = start + opening.length
  let depth = 1
  let end = from
  for (; depth > 0 && end < sql.length; end++) depth += sql[end] === '(' ? 1 : sql[end] === ')' ? -1 : 0
  return `${sql.slice(0, start)}${write(sql.slice(from, end - 1))}${replaceCall(sql.slice(end), opening, write)}`
}

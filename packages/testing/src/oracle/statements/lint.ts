import { codeOf } from '../sql-text.ts'

/** Functions of Oracle 19c that our statements call. A new one is looked up in Oracle's reference, then added. */
export const FUNCTIONS = words(
  'avg cast coalesce count floor greatest lead least ln lower max min nvl percentile_disc row_number to_char to_number trunc',
)

/** Types of Oracle 19c that our tables and casts use. */
export const TYPES = words('clob date double number precision timestamp varchar2')

/** Oracle allows 128 bytes from 12.2 on; 30 keeps a name whole in every tool. */
const LONGEST_NAME = 30
const LONGEST_IN_LIST = 1_000

/** Words of Oracle's SQL that our statements use. */
const KEYWORDS = words(`
  add all always alter and as asc between binary by cache case char check commit constraint create day default delete desc distinct drop
  else end escape exists extract fetch first foreign for from full generated group having hour identity in index inner insert
  interval into is isolation join key last left level like lock matched merge minus minute modify next nls_comp nls_sort
  nocache noorder not null nulls of offset on only or order over partition primary read references returning right rollback
  row rows savepoint second select serializable session set share skip locked sum table then to transaction union unique
  update using values view wait when where with within`)

/** What stands unquoted in the dictionary, and is upper case there. */
const DICTIONARY = words('dual user_tables table_name user_synonyms synonym_name')

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}

interface Rule {
  /** What is wrong, with the error that Oracle would answer. */
  says: string
  breaks(code: string, sql: string): boolean
}

const has = (pattern: RegExp) => (code: string) => pattern.test(code)

/** What the grammar lets pass although it is wrong on Oracle 19c. The code has `"…"` for a name and `'…'` for a text. */
const RULES: readonly Rule[] = [
  { says: 'ends with a semicolon (ORA-00933)', breaks: has(/;\s*$/) },
  { says: "'' is NULL", breaks: (_code, sql) => /(?<!')''(?!')/.test(sql) },
  { says: 'a boolean (before 23ai there is none)', breaks: has(/\b(true|false)\b/i) },
  { says: 'a bind of another database', breaks: has(/[$?]\d*/) },
  { says: 'a type cast of another database', breaks: has(/::/) },
  { says: 'an array', breaks: has(/\barray\s*\[/i) },
  { says: "an E'…' string", breaks: has(/\be'…'/i) },
  { says: 'a row value before < or > (ORA-01796)', breaks: has(/\(("…"|[\w.])+(\s*,\s*("…"|[\w.])+)+\s*\)\s*[<>]/) },
  { says: 'FOR UPDATE with FETCH, DISTINCT or GROUP BY (ORA-02014)', breaks: breaksForUpdate },
  { says: 'LIMIT', breaks: has(/\blimit\s+(:\w+|\d+)/i) },
  { says: 'IF EXISTS or IF NOT EXISTS (23ai)', breaks: has(/\bif\s+(not\s+)?exists\b/i) },
  { says: 'AS before an alias of a table', breaks: has(/\b(from|join)\s+"…"\s+as\b/i) },
  { says: `more than ${LONGEST_IN_LIST} values in a list (ORA-01795)`, breaks: breaksInList },
]

function breaksForUpdate(code: string): boolean {
  const block = /\bfor update\b/i.test(code) ? code.replace(/\([^()]*\)/g, '') : ''
  return /\b(fetch (first|next)|offset|distinct|group by)\b/i.test(block)
}

function breaksInList(code: string): boolean {
  return [...code.matchAll(/\bin\s*\(([^()]*)\)/gi)].some(([, list = '']) => list.split(',').length > LONGEST_IN_LIST)
}

/** Everything that is wrong with one statement, as it would be sent to Oracle. */
export function lintErrors(sql: string): string[] {
  const code = codeOf(sql)
  return [...RULES.filter((rule) => rule.breaks(code, sql)).map(({ says }) => says), ...unknownWords(code), ...badNames(sql)]
}

/** A function or a type of another database, or a name that is not quoted and so would become upper case. */
function unknownWords(code: string): string[] {
  const bare = code.match(/(?<![\w:])[a-z_]\w*/gi) ?? []
  const unknown = bare.filter((word) => ![KEYWORDS, FUNCTIONS, TYPES, DICTIONARY].some((known) => known.has(word.toLowerCase())))
  return [...new Set(unknown)].map((word) => `unknown word ${word} (lint.ts has those that Oracle 19c knows)`)
}

/** Names are quoted, lower case and short: what is not quoted becomes upper case, and is another name. */
function badNames(sql: string): string[] {
  const names = [...sql.replace(/'(?:[^']|'')*'/g, "''").matchAll(/"([^"]*)"/g)].map(([, name = '']) => name)
  const bad = names.filter((name) => Buffer.byteLength(name) > LONGEST_NAME || !/^[a-z_][A-Za-z0-9_]*$/.test(name))
  return bad.map((name) => `the name "${name}" (at most ${LONGEST_NAME} letters, digits and _, from a small letter on)`)
}

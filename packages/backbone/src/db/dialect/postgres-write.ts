import { CompiledQuery } from 'kysely'
import { isoText } from '../iso-text.ts'
import { type ColumnKind, columnKind, type Db, type TableName, type Trx } from '../schema.ts'
import { guardColumn, guardOf, type Write } from '../write.ts'
import type { RowWithId } from './fragments.ts'
import { prepare } from './postgres-prepare.ts'

export const CASTS: Record<ColumnKind, string> = {
  uuid: 'uuid',
  text: 'text',
  longtext: 'text',
  int: 'bigint',
  time: 'timestamptz',
  identity: 'bigint',
}

/**
 * Writes many changes in one statement, which is a transaction of its own: one round trip, where BEGIN, a statement a table
 * and COMMIT were six. Rows travel as JSON, so that the text is the same for any number of them. Answers which writes were
 * still at their version; what belongs to the others is left out by the statement itself.
 */
export async function writeAll(db: Db, writes: readonly Write[]): Promise<boolean[]> {
  const batch = sortOut(writes)
  const text = statementFor(batch)
  const { rows } = await db.executeQuery<{ id: string }>(CompiledQuery.raw(text, batch.parts.map(jsonOf)))
  const won = new Set(rows.map(({ id }) => id))
  return writes.map(({ update }) => update === undefined || won.has(update.id))
}

export async function updateRows(trx: Trx, table: TableName, rows: readonly RowWithId[]): Promise<number> {
  const columns = Object.keys(rows[0] ?? {})
  if (columns.length === 0) return 0
  const typed = columns.map((column) => `"${column}" ${CASTS[columnKind(table, column).kind]}`)
  const set = columns.filter((column) => column !== 'id').map((column) => `"${column}" = n."${column}"`)
  const text = `update ${table} as o set ${set.join(', ')} from json_to_recordset($1) as n(${typed.join(', ')}) where o.id = n.id`
  const { numAffectedRows } = await trx.executeQuery(
    CompiledQuery.raw(text, [JSON.stringify(rows.map((row) => plainRow(columns, row, undefined)))]),
  )
  return Number(numAffectedRows ?? 0n)
}

type Values = Record<string, unknown>

interface Row {
  values: Values
  /** The updated row that this one belongs to. */
  owner: string | undefined
}

/** What is done to one table, row by row. */
interface Part {
  verb: 'update' | 'delete' | 'insert'
  table: TableName
  columns: string[]
  rows: Row[]
}

interface Batch {
  parts: Part[]
  hasUpdates: boolean
}

/** Updates first: the rest asks which of them were done. The order of rows stays, and with it that of an identity. */
function sortOut(writes: readonly Write[]): Batch {
  const parts = new Map<string, Part>()
  const add = (verb: Part['verb'], table: TableName, values: Values, owner: string | undefined) => {
    // What is inserted into a table, or deleted from it, names the same columns always.
    const key = verb === 'update' ? `${table} ${Object.keys(values).join()}` : `${verb} ${table}`
    const part = parts.get(key)
    if (part !== undefined) part.rows.push({ values, owner })
    else parts.set(key, { verb, table, columns: Object.keys(values), rows: [{ values, owner }] })
  }
  for (const { update } of writes)
    if (update !== undefined) add('update', update.table, { id: update.id, guard: guardOf(update), ...update.set }, undefined)
  const hasUpdates = parts.size > 0
  for (const { update, deletes = [] } of writes) for (const { table, key } of deletes) add('delete', table, key, update?.id)
  for (const { update, inserts } of writes) for (const { table, row } of inserts) add('insert', table, row as Values, update?.id)
  return { parts: [...parts.values()], hasUpdates }
}

/** A JSON list of objects; a row that belongs to an update names it beside its own columns, in `of_update`, which no table has. */
function jsonOf({ columns, rows }: Part): string {
  return JSON.stringify(rows.map(({ values, owner }) => plainRow(columns, values, owner)))
}

/** Without Dates, which make JSON.stringify ten times slower, and without nulls, which is what the absent is read as. */
function plainRow(columns: readonly string[], values: Values, owner: string | undefined): Values {
  const row: Values = {}
  for (const column of columns) {
    const value = values[column]
    if (value !== null) row[column] = value instanceof Date ? isoText(value) : value
  }
  if (owner !== undefined) row.of_update = owner
  return row
}

const statements = new Map<string, string>()

function statementFor({ parts, hasUpdates }: Batch): string {
  const key = parts.map(({ verb, table, columns }) => `${verb} ${table} ${columns.join()}`).join('; ')
  const known = statements.get(key)
  if (known !== undefined) return known
  const text = compile(parts, hasUpdates)
  statements.set(key, text)
  prepare(text)
  return text
}

function compile(parts: readonly Part[], hasUpdates: boolean): string {
  const updated = parts.flatMap(({ verb }, i) => (verb === 'update' ? [`select id from part_${i}`] : []))
  const isOwned = hasUpdates ? '(n.of_update is null or n.of_update in (select id from won))' : 'true'
  const clauses = parts.map((part, i) => `part_${i} as (${clauseOf(part, i + 1, isOwned)})`)
  if (hasUpdates) clauses.splice(updated.length, 0, `won as (${updated.join(' union all ')})`)
  return `with ${clauses.join(', ')} ${hasUpdates ? 'select id from won' : 'select null::uuid as id where false'}`
}

function clauseOf({ verb, table, columns }: Part, parameter: number, isOwned: string): string {
  const name = (column: string) => `"${column}"`
  const typeOf = (column: string) => CASTS[columnKind(table, column === 'guard' ? guardColumn(table) : column).kind]
  const typed = [...columns.map((column) => `${name(column)} ${typeOf(column)}`), ...(verb === 'update' ? [] : ['of_update uuid'])]
  const source = `json_to_recordset($${parameter}) as n(${typed.join(', ')})`
  const listed = columns.map(name).join(', ')
  switch (verb) {
    case 'insert':
      return `insert into ${table} (${listed}) select ${listed} from ${source} where ${isOwned}`
    case 'delete':
      return `delete from ${table} as o using ${source} where ${columns.map((column) => `o.${name(column)} = n.${name(column)}`).join(' and ')} and ${isOwned}`
    case 'update': {
      const set = columns.slice(2).map((column) => `${name(column)} = n.${name(column)}`)
      return `update ${table} as o set ${set.join(', ')} from ${source} where o.id = n.id and o.${guardColumn(table)} = n.guard returning o.id`
    }
  }
}

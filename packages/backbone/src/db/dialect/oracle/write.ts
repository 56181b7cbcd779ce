import { CompiledQuery } from 'kysely'
import type { Db, TableName, Trx } from '../../schema.ts'
import { guardColumn, guardOf, type Write } from '../../write.ts'
import type { RowWithId } from '../fragments.ts'
import { BatchBinds } from './binds.ts'
import { bindKind } from './columns.ts'

/**
 * Writes many changes in one transaction: an executeMany for each table that is updated, deleted from, or inserted into.
 * Answers which writes were still at their version; of the others nothing is written.
 */
export async function writeAll(db: Db, writes: readonly Write[]): Promise<boolean[]> {
  return await db.transaction().execute(async (trx) => {
    const won = await updateAll(trx, writes)
    const standing = writes.filter(({ update }) => update === undefined || won.has(update.id))
    const deletes = standing.flatMap((write) => write.deletes ?? [])
    for (const [table, own] of Map.groupBy(deletes, (one) => one.table)) {
      const keys = own.map(({ key }) => key)
      const columns = Object.keys(keys[0] ?? {})
      const where = columns.map((column, i) => `"${column}" = :${i + 1}`).join(' and ')
      await sendMany(trx, table, `delete from "${table}" where ${where}`, columns, keys)
    }
    const inserts = standing.flatMap((write) => write.inserts)
    for (const [table, own] of Map.groupBy(inserts, (one) => one.table)) {
      const rows = own.map(({ row }) => row as Record<string, unknown>)
      const columns = Object.keys(rows[0] ?? {})
      const [names, places] = [columns.map((column) => `"${column}"`).join(', '), columns.map((_, i) => `:${i + 1}`).join(', ')]
      await sendMany(trx, table, `insert into "${table}" (${names}) values (${places})`, columns, rows)
    }
    return writes.map(({ update }) => update === undefined || won.has(update.id))
  })
}

export async function updateRows(trx: Trx, table: TableName, rows: readonly RowWithId[]): Promise<number> {
  const columns = Object.keys(rows[0] ?? {}).filter((column) => column !== 'id')
  if (columns.length === 0) return 0
  const set = columns.map((column, i) => `"${column}" = :${i + 1}`).join(', ')
  const counts = await sendMany(trx, table, `update "${table}" set ${set} where "id" = :${columns.length + 1}`, [...columns, 'id'], rows)
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Ids of the rows that were still at their version, and now are not. */
async function updateAll(trx: Trx, writes: readonly Write[]): Promise<Set<string>> {
  const won = new Set<string>()
  const updates = writes.flatMap(({ update }) => (update === undefined ? [] : [update]))
  for (const own of Map.groupBy(updates, ({ table, set }) => `${table} ${Object.keys(set).join()}`).values()) {
    const [{ table, set: first } = {}] = own
    if (table === undefined || first === undefined) continue
    const columns = Object.keys(first)
    const set = columns.map((column, i) => `"${column}" = :${i + 1}`).join(', ')
    const where = `"id" = :${columns.length + 1} and "${guardColumn(table)}" = :${columns.length + 2}`
    const rows = own.map((update) => ({ ...update.set, id: update.id, guard: guardOf(update) }))
    const counts = await sendMany(trx, table, `update "${table}" set ${set} where ${where}`, [...columns, 'id', 'guard'], rows)
    for (const [i, { id }] of own.entries()) if (counts[i] === 1) won.add(id)
  }
  return won
}

/** Runs a statement once a row, in one round trip; answers how many rows each run has changed. */
async function sendMany(
  trx: Trx,
  table: TableName,
  text: string,
  columns: readonly string[],
  rows: readonly Record<string, unknown>[],
): Promise<number[]> {
  const kinds = columns.map((column) => bindKind(table, column === 'guard' ? guardColumn(table) : column))
  const values = rows.map((row) => columns.map((column) => row[column]))
  const result = await trx.executeQuery<{ count: number }>(CompiledQuery.raw(text, [new BatchBinds(values, kinds)]))
  return result.rows.map(({ count }) => count)
}

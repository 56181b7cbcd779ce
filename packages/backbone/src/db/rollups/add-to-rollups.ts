import { fragments } from '../dialect/fragments.ts'
import { LostRaceError, NotUniqueError } from '../errors.ts'
import type { Trx } from '../schema.ts'
import { reading } from '../transaction.ts'
import { addLeads, type Leads, leadsText, readLeads } from './lead-buckets.ts'
import { type Rollup, type Rollups, SUMS, type Sums } from './rollup.ts'

/** PostgreSQL takes 65,535 values in one statement, twelve a row. */
const CHUNK = 2_000

/** Adds to rows of `task_rollups`, making those that are missing. Throws LostRaceError when somebody else wrote one meanwhile. */
export async function addToRollups(trx: Trx, rollups: Rollups): Promise<void> {
  // By id, so that all transactions lock rows in the same order.
  const more = [...rollups].filter(([, rollup]) => addsSomething(rollup)).sort(([a], [b]) => (a < b ? -1 : 1))
  for (let start = 0; start < more.length; start += CHUNK) await addChunk(trx, new Map(more.slice(start, start + CHUNK)))
}

function addsSomething({ sums, leads }: Rollup): boolean {
  return SUMS.some((sum) => sums[sum] !== 0) || leadsText(leads) !== null
}

async function addChunk(trx: Trx, more: Rollups): Promise<void> {
  const there = await readStored(trx, [...more.keys()])
  const missing = [...more].filter(([id]) => !there.has(id))
  // Lead times are long and few changes touch them: rows that keep theirs are written without.
  const updates = Map.groupBy(there.values(), ({ id }) => leadsText(more.get(id)?.leads ?? new Map()) !== null)
  await writeSums(trx, updates.get(false) ?? [], more)
  await writeLeads(trx, updates.get(true) ?? [], more)
  await insertRollups(trx, missing)
}

type Stored = Sums & { id: string; version: number }

async function readStored(trx: Trx, ids: readonly string[]): Promise<Map<string, Stored>> {
  const rows = await trx
    .selectFrom('task_rollups')
    .select(['id', 'version', ...SUMS])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((row) => [row.id, row]))
}

async function writeSums(trx: Trx, stored: readonly Stored[], more: Rollups) {
  await update(
    trx,
    stored.map((row) => ({ id: row.id, guard: row.version, values: sumsWith(row, more) })),
  )
}

async function writeLeads(trx: Trx, stored: readonly Stored[], more: Rollups) {
  if (stored.length === 0) return
  const ids = stored.map(({ id }) => id)
  const rows = await trx.selectFrom('task_rollups').select(['id', 'leads']).where('id', 'in', ids).execute()
  const kept = new Map(rows.map(({ id, leads }) => [id, leads]))
  await update(
    trx,
    stored.map((row) => {
      const leads: Leads = new Map(more.get(row.id)?.leads)
      addLeads(leads, readLeads(kept.get(row.id) ?? null))
      return { id: row.id, guard: row.version, values: { ...sumsWith(row, more), leads: leadsText(leads) } }
    }),
  )
}

function sumsWith(row: Stored, more: Rollups) {
  const added = more.get(row.id)?.sums
  const sums = Object.fromEntries(SUMS.map((sum) => [sum, row[sum] + (added?.[sum] ?? 0)]))
  return { ...sums, version: row.version + 1 }
}

async function update(trx: Trx, rows: readonly { id: string; guard: number; values: Record<string, unknown> }[]) {
  if (rows.length === 0) return
  const updated = await fragments(trx).updateRows(trx, 'task_rollups', rows)
  if (updated !== rows.length) throw new LostRaceError()
}

async function insertRollups(trx: Trx, missing: readonly [id: string, Rollup][]) {
  if (missing.length === 0) return
  const rows = missing.map(([id, { slice, period, name, sums, leads }]) => {
    return { id, slice, period, name, ...sums, leads: leadsText(leads), version: 1 }
  })
  try {
    await reading(() => trx.insertInto('task_rollups').values(rows).execute())
  } catch (error) {
    throw error instanceof NotUniqueError ? new LostRaceError() : error
  }
}

import type { Insertable } from 'kysely'
import { fragments, type RowWithId } from '../dialect/fragments.ts'
import { LostRaceError, NotUniqueError } from '../errors.ts'
import type { Schema, Trx } from '../schema.ts'
import { reading } from '../transaction.ts'
import { addLeads, leadsText, readLeads } from './lead-buckets.ts'
import { type Rollup, type Rollups, SUMS, type Sums } from './rollup.ts'

/** PostgreSQL takes 65,535 values in one statement, eleven a row. */
const CHUNK = 2_000

/**
 * Adds to rows of `task_rollups`, making those that are missing. `trx` must be a snapshot: then a row that somebody else
 * has written meanwhile is an error, LostRaceError or DeadlockError, and nothing is lost.
 */
export async function addToRollups(trx: Trx, rollups: Rollups): Promise<void> {
  // By id, so that all transactions lock rows in the same order.
  const more = [...rollups].filter(([, rollup]) => addsSomething(rollup)).sort(([a], [b]) => (a < b ? -1 : 1))
  for (let start = 0; start < more.length; start += CHUNK) await addChunk(trx, more.slice(start, start + CHUNK))
}

function addsSomething({ sums, leads }: Rollup): boolean {
  return SUMS.some((sum) => sums[sum] !== 0) || leadsText(leads) !== null
}

async function addChunk(trx: Trx, more: readonly [id: string, Rollup][]): Promise<void> {
  const sums = await readSums(trx, idsOf(more))
  const leads = await readLeadTexts(trx, idsOf(more.filter(([id, rollup]) => sums.has(id) && touchesLeads(rollup))))
  const written = { alone: [] as RowWithId[], withLeads: [] as RowWithId[], missing: [] as Insertable<Schema['task_rollups']>[] }
  for (const [id, { slice, period, name, ...rollup }] of more) {
    const old = sums.get(id)
    if (old === undefined) written.missing.push({ id, slice, period, name, ...rollup.sums, leads: leadsText(rollup.leads) })
    else if (leads.has(id)) {
      addLeads(rollup.leads, readLeads(leads.get(id) ?? null))
      written.withLeads.push({ id, ...addSums(old, rollup.sums), leads: leadsText(rollup.leads) })
    } else written.alone.push({ id, ...addSums(old, rollup.sums) })
  }
  // Lead times are long and few changes touch them: rows that keep theirs are written without.
  const { updateRows } = fragments(trx)
  const updated = (await updateRows(trx, 'task_rollups', written.alone)) + (await updateRows(trx, 'task_rollups', written.withLeads))
  if (updated !== sums.size) throw new LostRaceError()
  await insertMissing(trx, written.missing)
}

const idsOf = (more: readonly [id: string, Rollup][]) => more.map(([id]) => id)

const touchesLeads = ({ leads }: Rollup) => leadsText(leads) !== null

const addSums = (a: Sums, b: Sums) => Object.fromEntries(SUMS.map((sum) => [sum, a[sum] + b[sum]]))

async function readSums(trx: Trx, ids: readonly string[]) {
  const rows = await trx
    .selectFrom('task_rollups')
    .select(['id', ...SUMS])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

async function readLeadTexts(trx: Trx, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, string | null>()
  const rows = await trx.selectFrom('task_rollups').select(['id', 'leads']).where('id', 'in', ids).execute()
  return new Map(rows.map(({ id, leads }) => [id, leads]))
}

async function insertMissing(trx: Trx, rows: readonly Insertable<Schema['task_rollups']>[]) {
  if (rows.length === 0) return
  try {
    await reading(() => trx.insertInto('task_rollups').values(rows).execute())
  } catch (error) {
    throw error instanceof NotUniqueError ? new LostRaceError() : error
  }
}

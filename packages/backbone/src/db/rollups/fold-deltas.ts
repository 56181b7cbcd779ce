import type { Selectable } from 'kysely'
import { LostRaceError } from '../errors.ts'
import type { Db, Schema } from '../schema.ts'
import { inSnapshot, reading } from '../transaction.ts'
import { addToRollups } from './add-to-rollups.ts'
import { addFacts, type Rollups } from './rollup.ts'

/**
 * Folds at most `limit` deltas into the rollups and answers how many. Sums and deltas together are the same before and
 * after, so it does not matter which deltas are folded first, or that one with a small `seq` may be committed late. Any
 * number of processes may fold: they read in one snapshot, and whoever finds a delta gone starts again.
 */
export function foldDeltas(db: Db, limit: number): Promise<number> {
  return inSnapshot(db, async (trx) => {
    const deltas = await trx.selectFrom('task_deltas').selectAll().orderBy('seq').fetch(limit).execute()
    const last = deltas.at(-1)
    if (last === undefined) return 0
    // In a snapshot these are the rows that were read, whatever has been committed since.
    const { numDeletedRows } = await trx.deleteFrom('task_deltas').where('seq', '<=', last.seq).executeTakeFirst()
    if (Number(numDeletedRows) !== deltas.length) throw new LostRaceError()
    const rollups: Rollups = new Map()
    for (const delta of deltas) addDelta(rollups, delta)
    await addToRollups(trx, rollups)
    return deltas.length
  })
}

/** How many deltas wait to be folded. */
export async function countDeltas(db: Db): Promise<number> {
  const row = await reading(() =>
    db
      .selectFrom('task_deltas')
      .select((eb) => eb.fn.countAll<number>().as('waiting'))
      .executeTakeFirstOrThrow(),
  )
  return row.waiting
}

/** Takes the task away as it was and adds it as it is. */
export function addDelta(rollups: Rollups, delta: Selectable<Schema['task_deltas']>): void {
  const { day } = delta
  if (delta.from_status !== null && delta.from_assignee !== null) {
    const { from_status: status, from_assignee: assignee, from_lead_ms: lead_ms } = delta
    addFacts(rollups, { day, status, assignee, due: delta.from_due ?? 0, breached: delta.from_breached ?? 0, lead_ms }, -1)
  }
  if (delta.to_status !== null && delta.to_assignee !== null) {
    const { to_status: status, to_assignee: assignee, to_lead_ms: lead_ms } = delta
    addFacts(rollups, { day, status, assignee, due: delta.to_due ?? 0, breached: delta.to_breached ?? 0, lead_ms }, 1)
  }
}

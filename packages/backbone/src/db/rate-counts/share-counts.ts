import { hash } from 'node:crypto'
import { fragments } from '../dialect/fragments.ts'
import type { Db } from '../schema.ts'
import { inTransaction, reading } from '../transaction.ts'

/** How often one process has seen a subject in a window. */
export interface RateCount {
  subject: string
  hits: number
}

/**
 * Writes what this process has counted in the window that began at `windowAt`, and answers what the others have, by
 * subject. `process` is an id that no other process has; the subjects differ. One select, and an insert or an update or both.
 */
export async function shareCounts(db: Db, process: string, windowAt: Date, counts: readonly RateCount[]): Promise<Map<string, number>> {
  if (counts.length === 0) return new Map()
  const rows = await reading(() => listCounts(db, windowAt, counts))
  const own = new Set(rows.filter((row) => row.process === process).map((row) => row.subject))
  const [known, missing] = [counts.filter(({ subject }) => own.has(subject)), counts.filter(({ subject }) => !own.has(subject))]
  await inTransaction(db, async (trx) => {
    const updates = known.map(({ subject, hits }) => ({ id: idOf(subject, windowAt, process), hits }))
    if (updates.length > 0) await fragments(trx).updateRows(trx, 'rate_counts', updates)
    const inserts = missing.map(({ subject, hits }) => ({
      id: idOf(subject, windowAt, process),
      subject,
      window_at: windowAt,
      process,
      hits,
    }))
    if (inserts.length > 0) await trx.insertInto('rate_counts').values(inserts).execute()
  })
  const others = new Map<string, number>()
  for (const row of rows) if (row.process !== process) others.set(row.subject, (others.get(row.subject) ?? 0) + row.hits)
  return others
}

async function listCounts(db: Db, windowAt: Date, counts: readonly RateCount[]) {
  const isWanted = fragments(db).anyOf(
    'rate_counts',
    'subject',
    counts.map(({ subject }) => subject),
  )
  return await db
    .selectFrom('rate_counts')
    .select(['subject', 'process', 'hits'])
    .where('window_at', '=', windowAt)
    .where(isWanted)
    .execute()
}

const idOf = (subject: string, windowAt: Date, process: string) => hash('sha256', `${process} ${windowAt.getTime()} ${subject}`)

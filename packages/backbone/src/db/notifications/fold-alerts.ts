import { hash } from 'node:crypto'
import type { Selectable } from 'kysely'
import { fragments } from '../dialect/fragments.ts'
import { newId } from '../new-id.ts'
import type { Db, Schema } from '../schema.ts'
import type { Write } from '../write.ts'

/** What channels were told of one key, and when (machine time). In the database: coordinators come and go, and are many. */
export type Fold = Selectable<Schema['alert_folds']>

/** Of one key channels are told once in this time. */
export const FOLD_MS = 10 * 60_000

const hashOf = (key: string) => hash('sha256', key)

/** The folds of these keys, by key. */
export async function findFolds(db: Db, keys: readonly string[]): Promise<Map<string, Fold>> {
  if (keys.length === 0) return new Map()
  const byHash = new Map(keys.map((key) => [hashOf(key), key]))
  const isAsked = fragments(db).anyOf('alert_folds', 'key_hash', [...byHash.keys()])
  const rows = await db.selectFrom('alert_folds').selectAll().where(isAsked).execute()
  return new Map(rows.map((row) => [byHash.get(row.key_hash) ?? '', row]))
}

/** Whether channels are told this time, and what is kept of it. A lost race is decided again, like any. */
export function foldAlert(key: string, fold: Fold | undefined, machineNow: Date): { isTold: boolean; write: Write } {
  if (fold === undefined) {
    const row = { id: newId(), key_hash: hashOf(key), told_at: machineNow, left_out: 0, version: 1 }
    return { isTold: true, write: { inserts: [{ table: 'alert_folds', row }] } }
  }
  const isTold = machineNow.getTime() - fold.told_at.getTime() >= FOLD_MS
  const set = { told_at: isTold ? machineNow : fold.told_at, left_out: isTold ? 0 : fold.left_out + 1, version: fold.version + 1 }
  return { isTold, write: { update: { table: 'alert_folds', id: fold.id, version: fold.version, set }, inserts: [] } }
}

import type { Work } from '../commit.ts'
import { recordOf } from './events.ts'
import { findKeyRows } from './find-keys.ts'
import type { KeyRow } from './key.ts'

export interface Revocation {
  id: string
  /** Only if it is this user's. */
  ownerId?: string | undefined
  /** The principal that asks for it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

/** Revokes a key, and answers it as it is then; undefined when there is no such key, or it is another's. Once more is no change. */
export const revokeKey: Work<Revocation, KeyRow | undefined> = {
  keys: ({ id }) => [`key/${id}`],

  async decide(db, inputs) {
    const rows = await findKeyRows(
      db,
      inputs.map(({ id }) => id),
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    return inputs.map(({ id, ownerId, actor, now, traceparent }) => {
      const before = byId.get(id)
      if (before === undefined || (ownerId !== undefined && before.owner_id !== ownerId)) return { output: undefined }
      if (before.status === 'Revoked') return { output: before }
      const patch = { status: 'Revoked' as const, version: before.version + 1, updated_at: now }
      const output = { ...before, ...patch }
      const inserts = recordOf({ before, after: output, action: 'revoked', actor, now, traceparent })
      return { output, write: { update: { table: 'keys', id, version: before.version, set: patch }, inserts } }
    })
  },
}

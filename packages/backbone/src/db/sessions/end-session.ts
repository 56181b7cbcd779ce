import type { Work } from '../commit.ts'
import { logInsert } from '../log-insert.ts'
import type { Update, Write } from '../write.ts'
import { findSessions } from './find-sessions.ts'
import type { SessionRow } from './session.ts'

export interface SessionEnd {
  id: string
  reason: string
  /** Domain time, for the log. */
  now: Date
  machineNow: Date
}

/** Ends a session as its user wishes. Answers whether it was active until now. */
export const endSession: Work<SessionEnd, boolean> = {
  keys: ({ id }) => [`session/${id}`],

  async decide(db, ends) {
    const rows = await findSessions(
      db,
      ends.map(({ id }) => id),
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    return ends.map(({ id, ...end }) => {
      const before = byId.get(id)
      if (before?.status !== 'Active') return { output: false }
      return { output: true, write: endWrite(before, ended(before, end.machineNow), { ...end, actor: `user:${before.user_id}` }) }
    })
  },
}

export function ended(before: SessionRow, machineNow: Date): SessionRow {
  return { ...before, status: 'Ended', version: before.version + 1, updated_at: machineNow }
}

export function endWrite(
  before: SessionRow,
  after: SessionRow,
  { reason, actor, now }: { reason: string; actor: string; now: Date },
): Write {
  const entry = { version: after.version, action: 'ended', from: before.status, to: after.status, actor, reason, changes: null, at: now }
  return { update: updateOf(before, after), inserts: [logInsert('session', after.id, entry)] }
}

export function updateOf(before: SessionRow, after: SessionRow): Update {
  const { status, generation, rotated_at, expires_at, version, updated_at } = after
  return {
    table: 'sessions',
    id: before.id,
    version: before.version,
    set: { status, generation, rotated_at, expires_at, version, updated_at },
  }
}

import { LOGS, type LoggedKind, type LogRow } from '../log-insert.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'

export type AuditKind = LoggedKind
export const AUDIT_KINDS = Object.keys(LOGS) as AuditKind[]

/** A log row of any kind. */
export interface AuditRow extends LogRow {
  kind: AuditKind
  /** Of the row that was changed. */
  id: string
}

/** Where a row stands among all: one key for every kind. */
export type AuditPlace = Pick<AuditRow, 'at' | 'kind' | 'id' | 'version'>

/** Which changes are asked for; a field that is absent asks nothing. */
export interface AuditFilter {
  actor?: string
  kind?: AuditKind
  /** Of one row; goes with its kind. */
  id?: string
  /** At this instant or later. */
  from?: Date
  /** Before this instant. */
  to?: Date
}

/** Log rows of all kinds, newest first; those of one instant by kind, id and version, the last first. */
export async function listAudit(db: Db, filter: AuditFilter, { limit, after }: { limit: number; after?: AuditPlace | undefined }) {
  const kinds = filter.kind === undefined ? AUDIT_KINDS : [filter.kind]
  // Each is read along its index of (at, id, version), no further than the page can go.
  const parts = await reading(() => Promise.all(kinds.map((kind) => listOne(db, kind, filter, { limit, after }))))
  return parts.flat().sort(newestFirst).slice(0, limit)
}

async function listOne(
  db: Db,
  ownKind: AuditKind,
  filter: AuditFilter,
  { limit, after }: { limit: number; after?: AuditPlace | undefined },
) {
  // All logs have the same columns, but for the name of the id. The types follow one of them.
  const [table, id] = [LOGS[ownKind].table as 'task_logs', LOGS[ownKind].id as 'task_id']
  let query = db
    .selectFrom(table)
    .select([`${id} as id`, 'version', 'action', 'from_status', 'to_status', 'actor', 'reason', 'changes', 'at'])
  if (filter.id !== undefined) query = query.where(id, '=', filter.id)
  if (filter.actor !== undefined) query = query.where('actor', '=', filter.actor)
  if (filter.from !== undefined) query = query.where('at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('at', '<', filter.to)
  if (after !== undefined) {
    const { at, kind, version } = after
    const before = order(ownKind, kind)
    if (before > 0) query = query.where('at', '<', at)
    else if (before < 0) query = query.where('at', '<=', at)
    else {
      // The first of these is a range of the index; what follows it only leaves out rows of that one instant.
      query = query.where('at', '<=', at).where((eb) => {
        const ofSameId = eb.and([eb('at', '=', at), eb(id, '=', after.id), eb('version', '<', version)])
        return eb.or([eb('at', '<', at), eb.and([eb('at', '=', at), eb(id, '<', after.id)]), ofSameId])
      })
    }
  }
  const rows = await query.orderBy('at', 'desc').orderBy(id, 'desc').orderBy('version', 'desc').fetch(limit).execute()
  return rows.map((row): AuditRow => ({ kind: ownKind, ...row }))
}

const order = <T>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0)

function newestFirst(a: AuditPlace, b: AuditPlace): number {
  return order(b.at.getTime(), a.at.getTime()) || order(b.kind, a.kind) || order(b.id, a.id) || b.version - a.version
}

import type { Selectable } from 'kysely'
import type { Schema } from './schema.ts'
import type { Insert } from './write.ts'

/** Where each kind keeps its log, and the column that says whose it is. A new kind adds one line. */
export const LOGS = {
  task: { table: 'task_logs', id: 'task_id' },
  user: { table: 'user_logs', id: 'user_id' },
  session: { table: 'session_logs', id: 'session_id' },
  key: { table: 'key_logs', id: 'key_id' },
  incident: { table: 'incident_logs', id: 'incident_id' },
  maintenance: { table: 'maintenance_window_logs', id: 'window_id' },
  report: { table: 'report_logs', id: 'report_id' },
  scheduler: { table: 'scheduler_logs', id: 'scheduler_id' },
  channel: { table: 'channel_logs', id: 'channel_id' },
} as const

export type LoggedKind = keyof typeof LOGS

/** A log row of any kind, without whose it is. */
export type LogRow = Omit<Selectable<Schema['task_logs']>, 'task_id'>

/** What one change left behind. `changes` is `{field: {from, to}}`; null when the whole row is new. */
export interface LogEntry {
  version: number
  action: string
  from: string | null
  to: string
  /** The principal that did it. */
  actor: string
  reason: string | null
  changes: Record<string, unknown> | null
  /** Domain time. */
  at: Date
}

/** The log row of a change, for the transaction that makes the change. */
export function logInsert(kind: LoggedKind, subjectId: string, entry: LogEntry): Insert {
  const { table, id } = LOGS[kind]
  const row = {
    [id]: subjectId,
    version: entry.version,
    action: entry.action,
    from_status: entry.from,
    to_status: entry.to,
    actor: entry.actor,
    reason: entry.reason,
    changes: entry.changes === null ? null : JSON.stringify(entry.changes),
    at: entry.at,
  }
  // The table and its column of the subject come from one line of LOGS.
  return { table, row } as Insert
}

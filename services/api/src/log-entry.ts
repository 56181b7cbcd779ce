import type { LogRow } from '@lifeline/backbone/db/log-insert'
import Type, { type Static } from 'typebox'

/** One change of a row of any kind, as its log is read. `actions` lists what may have been done. */
export function logEntryOf<Status extends string>(statuses: readonly Status[], actions: string) {
  const status = Type.Enum([...statuses])
  return Type.Object({
    version: Type.Integer({ description: 'The version that this change made.' }),
    action: Type.String({ description: actions }),
    fromStatus: Type.Union([status, Type.Null()]),
    toStatus: status,
    actor: Type.String({ description: 'The principal that did it.' }),
    reason: Type.Union([Type.String(), Type.Null()]),
    changes: Changes,
    at: Type.String({ format: 'date-time', description: 'When it happened, also where the clock saw it later.' }),
  })
}

export const Changes = Type.Unsafe<Record<string, { from?: unknown; to?: unknown }> | null>({
  type: ['object', 'null'],
  additionalProperties: { type: 'object', properties: { from: {}, to: {} } },
  description: 'The fields that differ, each {from, to}, or {} where values are nobody’s business; null for a new row.',
})

/** The table of moves and the CHECK constraint hold the statuses to what they may be. */
export function toLogEntry<Status extends string>(row: LogRow): Static<ReturnType<typeof logEntryOf<Status>>> {
  return {
    version: row.version,
    action: row.action,
    fromStatus: row.from_status as Status | null,
    toStatus: row.to_status as Status,
    actor: row.actor,
    reason: row.reason,
    changes: row.changes === null ? null : JSON.parse(row.changes),
    at: row.at.toISOString(),
  } as Static<ReturnType<typeof logEntryOf<Status>>>
}

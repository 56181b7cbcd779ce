import type { Update } from '../write.ts'
import type { IncidentRow } from './incident.ts'

/** All that may ever change. */
export function updateOf(before: IncidentRow, after: IncidentRow): Update {
  const { status, suppressed, window_id, told_at, reminded_at, reminders, escalated_at, version, wake_at, updated_at } = after
  const { acknowledged_by, acknowledged_at, resolved_at, resolution } = after
  const set = {
    ...{ status, suppressed, window_id, told_at, reminded_at, reminders, escalated_at, version, wake_at, updated_at },
    ...{ acknowledged_by, acknowledged_at, resolved_at, resolution },
  }
  return { table: 'incidents', id: after.id, version: before.version, set }
}

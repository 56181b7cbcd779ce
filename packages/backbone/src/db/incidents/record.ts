import { changesOf, differences } from '../differences.ts'
import { logInsert } from '../log-insert.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import { listOf } from '../schedulers/scheduler.ts'
import type { Insert } from '../write.ts'
import { type IncidentAction, TYPE_OF, writeIncidentEvent } from './events.ts'
import { type IncidentRow, incidentSubject, toIncident } from './incident.ts'

export interface IncidentChange {
  before: IncidentRow | null
  after: IncidentRow
  action: IncidentAction
  actor: string
  /** Domain time. */
  at: Date
  reason?: string | undefined
}

/** The log row and the event of a change, one of each: written together with the change itself. */
export function recordOf({ before, after, action, actor, at, reason }: IncidentChange, traceparent?: string): Insert[] {
  const incident = toIncident(after)
  const old = before === null ? undefined : differences(toIncident(before), incident)
  const log = logInsert('incident', after.id, {
    version: after.version,
    action,
    from: before?.status ?? null,
    to: after.status,
    actor,
    reason: reason ?? after.suppressed ?? null,
    changes: changesOf(old, incident),
    at,
  })
  const data = {
    ...(old === undefined ? {} : { before: old }),
    after: { ...incident, channels: channelsTold(after, action) },
    actor,
    ...(reason === undefined ? {} : { reason }),
  }
  const event = { type: TYPE_OF[action], subject: incidentSubject(after), sequence: after.version, time: at, traceparent, data }
  return [log, outboxInsert(writeIncidentEvent(event))]
}

/** Whoever heard that it is open hears how it goes on, and nobody else; an escalation is for those who have not heard yet. */
function channelsTold(row: IncidentRow, action: IncidentAction): string[] {
  if (row.told_at === null) return []
  const [first, second] = [listOf(row.channels), row.escalated_at === null ? [] : listOf(row.escalate_channels)]
  return action === 'escalated' ? second : [...new Set([...first, ...second])]
}

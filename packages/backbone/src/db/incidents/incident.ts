import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { isoOrNull, isoText } from '../iso-text.ts'
import { nullable } from '../nullable.ts'
import { listOf } from '../schedulers/scheduler.ts'
import type { Schema } from '../schema.ts'
import { INCIDENT_STATUSES, type IncidentStatus, RESOLUTIONS, type Resolution, SUPPRESSIONS, type SuppressionReason } from './status.ts'

/** An incident as the database has it. */
export type IncidentRow = Omit<Selectable<Schema['incidents']>, 'status' | 'suppressed' | 'resolution'> & {
  status: IncidentStatus
  suppressed: SuppressionReason | null
  resolution: Resolution | null
}

/** The CHECK constraints and the code that writes them hold the words to what they may be. */
export const toIncidentRow = (row: Selectable<Schema['incidents']>) => row as IncidentRow

const Instant = Type.String({ format: 'date-time' })
const instant = (description: string) => nullable(Type.String({ format: 'date-time', description }))

/** An incident as everybody outside sees it: in the API's answers and in events. */
export const IncidentSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    schedulerId: Type.String({ format: 'uuid' }),
    name: Type.String({ description: 'The name of its scheduler when it went Down.' }),
    status: Type.Enum(INCIDENT_STATUSES),
    channels: Type.Array(Type.String(), { description: 'Names of the channels that hear of it. In an event: of those that hear of that.' }),
    reason: Type.String({ description: 'signal, missed, start_missed, timed_out, too_fast or too_often.' }),
    error: nullable(Type.String()),
    expectedAt: instant('When the success was expected that did not come.'),
    lastPingAt: instant('When the scheduler was heard of last, before.'),
    openedAt: Type.String({ format: 'date-time', description: 'Since when it is Down.' }),
    suppressed: nullable(Type.Enum(SUPPRESSIONS, { description: 'Why nobody is told that it is open.' })),
    toldAt: instant('When people were told that it is open.'),
    remindEverySeconds: nullable(Type.Integer()),
    remindedAt: nullable(Instant),
    reminders: Type.Integer({ description: 'How many there were.' }),
    escalateAfterSeconds: nullable(Type.Integer()),
    escalateChannels: Type.Array(Type.String()),
    escalatedAt: nullable(Instant),
    acknowledgedBy: nullable(Type.String({ description: 'The principal that looks after it.' })),
    acknowledgedAt: nullable(Instant),
    resolvedAt: nullable(Instant),
    resolution: nullable(Type.Enum(RESOLUTIONS, { description: 'What the scheduler did.' })),
    downtimeSeconds: nullable(Type.Number({ description: 'How long it was Down, once it is resolved.' })),
    version: Type.Integer({ description: 'Grows by one with every change; the ETag and the event sequence.' }),
    createdBy: Type.String({ description: 'The principal that made the scheduler.' }),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { additionalProperties: false },
)
export type Incident = Static<typeof IncidentSchema>

export function toIncident(row: IncidentRow): Incident {
  return {
    id: row.id,
    schedulerId: row.scheduler_id,
    name: row.name,
    status: row.status,
    channels: listOf(row.channels),
    reason: row.reason,
    error: row.error,
    expectedAt: isoOrNull(row.expected_at),
    lastPingAt: isoOrNull(row.last_ping_at),
    openedAt: isoText(row.opened_at),
    suppressed: row.suppressed,
    toldAt: isoOrNull(row.told_at),
    remindEverySeconds: row.remind_every_seconds,
    remindedAt: isoOrNull(row.reminded_at),
    reminders: row.reminders,
    escalateAfterSeconds: row.escalate_after_seconds,
    escalateChannels: listOf(row.escalate_channels),
    escalatedAt: isoOrNull(row.escalated_at),
    acknowledgedBy: row.acknowledged_by,
    acknowledgedAt: isoOrNull(row.acknowledged_at),
    resolvedAt: isoOrNull(row.resolved_at),
    resolution: row.resolution,
    downtimeSeconds: row.resolved_at === null ? null : Math.max(0, row.resolved_at.getTime() - row.opened_at.getTime()) / 1_000,
    version: row.version,
    createdBy: row.created_by,
    createdAt: isoText(row.created_at),
    updatedAt: isoText(row.updated_at),
  }
}

export const incidentSubject = ({ id }: { id: string }) => `incident/${id}`

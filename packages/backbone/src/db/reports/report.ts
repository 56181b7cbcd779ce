import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { isoOrNull, isoText } from '../iso-text.ts'
import { nullable } from '../nullable.ts'
import { listOf } from '../schedulers/scheduler.ts'
import type { Schema } from '../schema.ts'
import { REPORT_STATUSES, type ReportStatus } from './status.ts'

/** A report as the database has it. `started_version` is the version with which the present or the last time began. */
export type ReportRow = Omit<Selectable<Schema['reports']>, 'status'> & { status: ReportStatus }

/** The CHECK constraint holds the status to the table of moves. */
export const toReportRow = (row: Selectable<Schema['reports']>) => row as ReportRow

const Instant = Type.String({ format: 'date-time' })

/** A report as everybody outside sees it. */
export const ReportSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String(),
    channels: Type.Array(Type.String(), { description: 'Names of the channels that it is posted to.' }),
    tag: nullable(Type.String({ description: 'The tag of the schedulers that are in it; null for all.' })),
    cron: Type.String({ description: 'When it begins each time.' }),
    timeZone: Type.String({ description: 'The IANA time zone of `cron`, and of the times in the table.' }),
    durationSeconds: Type.Integer({ description: 'How long it is each time, unless all is well before.' }),
    refreshSeconds: Type.Integer({ description: 'How often the table is updated meanwhile.' }),
    status: Type.Enum(REPORT_STATUSES),
    startsAt: Type.String({ format: 'date-time', description: 'When it begins, this time or the next.' }),
    endsAt: Type.String({ format: 'date-time', description: 'When it ends at the latest, this time or the next.' }),
    nextRefreshAt: nullable(Instant),
    startedVersion: nullable(Type.Integer({ description: 'The version with which this time, or the last, began.' })),
    version: Type.Integer({ description: 'Grows by one with every change; the ETag and the event sequence.' }),
    createdBy: Type.String({ description: 'The principal that made it.' }),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { additionalProperties: false },
)
export type Report = Static<typeof ReportSchema>

export function toReport(row: ReportRow): Report {
  return {
    id: row.id,
    name: row.name,
    channels: listOf(row.channels),
    tag: row.tag,
    cron: row.cron,
    timeZone: row.time_zone,
    durationSeconds: row.duration_seconds,
    refreshSeconds: row.refresh_seconds,
    status: row.status,
    startsAt: isoText(row.starts_at),
    endsAt: isoText(row.ends_at),
    nextRefreshAt: isoOrNull(row.next_refresh_at),
    startedVersion: row.started_version,
    version: row.version,
    createdBy: row.created_by,
    createdAt: isoText(row.created_at),
    updatedAt: isoText(row.updated_at),
  }
}

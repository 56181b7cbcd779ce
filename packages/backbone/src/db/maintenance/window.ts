import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { isoText } from '../iso-text.ts'
import { nullable } from '../nullable.ts'
import type { Schema } from '../schema.ts'
import { WINDOW_STATUSES, type WindowStatus } from './status.ts'

/** A maintenance window as the database has it. */
export type WindowRow = Omit<Selectable<Schema['maintenance_windows']>, 'status'> & { status: WindowStatus }

/** The CHECK constraint holds the status to the table of moves. */
export const toWindowRow = (row: Selectable<Schema['maintenance_windows']>) => row as WindowRow

const Instant = Type.String({ format: 'date-time' })

/** A maintenance window as everybody outside sees it. */
export const WindowSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String(),
    schedulerId: nullable(Type.String({ format: 'uuid', description: 'The scheduler that it is for.' })),
    tag: nullable(Type.String({ description: 'The tag of the schedulers that it is for. With neither it is for all.' })),
    cron: nullable(Type.String({ description: 'When it begins each time; null for one that does not come again.' })),
    timeZone: nullable(Type.String({ description: 'The IANA time zone of `cron`.' })),
    durationSeconds: nullable(Type.Integer({ description: 'How long it is each time.' })),
    startsAt: Type.String({ format: 'date-time', description: 'When it begins, this time or the next.' }),
    endsAt: Type.String({ format: 'date-time', description: 'When it ends, this time or the next.' }),
    status: Type.Enum(WINDOW_STATUSES),
    version: Type.Integer({ description: 'Grows by one with every change; the ETag and the event sequence.' }),
    createdBy: Type.String({ description: 'The principal that made it.' }),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { additionalProperties: false },
)
export type MaintenanceWindow = Static<typeof WindowSchema>

export function toWindow(row: WindowRow): MaintenanceWindow {
  return {
    id: row.id,
    name: row.name,
    schedulerId: row.scheduler_id,
    tag: row.tag,
    cron: row.cron,
    timeZone: row.time_zone,
    durationSeconds: row.duration_seconds,
    startsAt: isoText(row.starts_at),
    endsAt: isoText(row.ends_at),
    status: row.status,
    version: row.version,
    createdBy: row.created_by,
    createdAt: isoText(row.created_at),
    updatedAt: isoText(row.updated_at),
  }
}

/** Whether an instant is in a window. */
export function isAt({ starts_at, ends_at }: Pick<WindowRow, 'starts_at' | 'ends_at'>, instant: Date): boolean {
  return starts_at <= instant && instant < ends_at
}

/** Whether a window is for a scheduler. */
export function isFor(window: Pick<WindowRow, 'scheduler_id' | 'tag'>, scheduler: { id: string; tags: readonly string[] }): boolean {
  if (window.scheduler_id !== null) return window.scheduler_id === scheduler.id
  return window.tag === null || scheduler.tags.includes(window.tag)
}

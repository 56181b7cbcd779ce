import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { isoText } from '../iso-text.ts'
import { nullable } from '../nullable.ts'
import type { Schema } from '../schema.ts'
import { CHANNEL_STATUSES, type ChannelStatus } from './status.ts'

/** Every type of channel: a line here, a file of its settings (packages/backbone/src/channels/), a sender in the notifier. */
export const CHANNEL_TYPES = ['slack', 'webhook', 'opsgenie', 'email'] as const
export type ChannelTypeName = (typeof CHANNEL_TYPES)[number]

/** A channel as the database has it. `settings` may be seen by everybody, `sealed` holds all of them (channels/settings.ts). */
export type ChannelRow = Omit<Selectable<Schema['channels']>, 'status' | 'type'> & { status: ChannelStatus; type: ChannelTypeName }

/** The CHECK constraint and the code that adds channels hold status and type to what they may be. */
export const toChannelRow = (row: Selectable<Schema['channels']>) => row as ChannelRow

const Instant = Type.String({ format: 'date-time' })

/** A channel as events tell of it: where it leads to is not for everybody who listens. */
export const ChannelFacts = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String(),
    type: Type.Enum(CHANNEL_TYPES),
    events: nullable(Type.Array(Type.String(), { description: 'Patterns of the event types it hears; null for those only that name it.' })),
    status: Type.Enum(CHANNEL_STATUSES),
    disabledReason: nullable(Type.String()),
    version: Type.Integer({ description: 'Grows by one with every change; the ETag and the event sequence.' }),
    createdBy: Type.String({ description: 'The principal that made it.' }),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { additionalProperties: false },
)
export type ChannelFacts = Static<typeof ChannelFacts>

/** A channel as the API answers it. */
export const ChannelSchema = Type.Object(
  {
    ...ChannelFacts.properties,
    settings: Type.Record(Type.String(), Type.Unknown(), { description: 'Of what is secret no more than its last four characters.' }),
  },
  { additionalProperties: false },
)
export type Channel = Static<typeof ChannelSchema>

export function toChannelFacts(row: ChannelRow): ChannelFacts {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    events: eventsOf(row),
    status: row.status,
    disabledReason: row.disabled_reason,
    version: row.version,
    createdBy: row.created_by,
    createdAt: isoText(row.created_at),
    updatedAt: isoText(row.updated_at),
  }
}

export function toChannel(row: ChannelRow): Channel {
  return { ...toChannelFacts(row), settings: JSON.parse(row.settings) }
}

/** The patterns of the event types that it hears. */
export function eventsOf({ events }: Pick<ChannelRow, 'events'>): string[] | null {
  return events === null ? null : JSON.parse(events)
}

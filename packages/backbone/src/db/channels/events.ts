import Type, { type Static } from 'typebox'
import type { OutgoingMessage } from '../outbox/add-messages.ts'
import { checkedEvents, schemasByType } from '../outbox/checked-event.ts'
import { ChannelFacts } from './channel.ts'

/** A type only ever gains optional fields. */
export const ChannelEventData = Type.Object(
  {
    before: Type.Optional(Type.Partial(ChannelFacts)),
    after: ChannelFacts,
    actor: Type.String(),
    reason: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)
export type ChannelEventData = Static<typeof ChannelEventData>

/** One change is one event. */
const TYPE_OF = {
  created: 'channel.created',
  edited: 'channel.updated',
  disabled: 'channel.disabled',
  enabled: 'channel.enabled',
  deleted: 'channel.deleted',
} as const

export type ChannelAction = keyof typeof TYPE_OF
export type ChannelEventType = (typeof TYPE_OF)[ChannelAction]

export const CHANNEL_EVENTS = schemasByType(Object.values(TYPE_OF), ChannelEventData)

const writeEvent = checkedEvents<ChannelEventData>(ChannelEventData)

/** Throws when the data is not what the schema promises. */
export function channelEvent(action: ChannelAction, data: ChannelEventData, time: Date, traceparent?: string): OutgoingMessage {
  const { id, version } = data.after
  return writeEvent({ type: TYPE_OF[action], subject: `channel/${id}`, sequence: version, time, traceparent, data })
}

import Type, { type Static } from 'typebox'
import type { OutgoingMessage } from '../outbox/add-messages.ts'
import { checkedEvents, schemasByType } from '../outbox/checked-event.ts'
import { WindowSchema } from './window.ts'

/** What happened in a window, of which nobody was told. */
export const WindowSummary = Type.Object({
  incidents: Type.Integer({ description: 'How many there were.' }),
  resolved: Type.Integer(),
  stillDown: Type.Array(Type.String(), { description: 'Names of schedulers, at most 20. Of each of them people are told now.' }),
})
export type WindowSummary = Static<typeof WindowSummary>

/** `after.channels` are those of the schedulers that went Down in it. A type only ever gains optional fields. */
export const WindowEventData = Type.Object(
  {
    before: Type.Optional(Type.Partial(WindowSchema)),
    after: Type.Object({ ...WindowSchema.properties, channels: Type.Array(Type.String()) }, { additionalProperties: false }),
    actor: Type.String(),
    summary: Type.Optional(WindowSummary),
  },
  { additionalProperties: false },
)
export type WindowEventData = Static<typeof WindowEventData>

/** One change is one event. A window that comes again ends each time. */
const TYPE_OF = {
  scheduled: 'maintenance.scheduled',
  edited: 'maintenance.updated',
  started: 'maintenance.started',
  ended: 'maintenance.ended',
  deleted: 'maintenance.deleted',
} as const

export type WindowAction = keyof typeof TYPE_OF
export type WindowEventType = (typeof TYPE_OF)[WindowAction]

export const WINDOW_EVENTS = schemasByType(Object.values(TYPE_OF), WindowEventData)

const writeEvent = checkedEvents<WindowEventData>(WindowEventData)

/** Throws when the data is not what the schema promises. */
export function windowEvent(action: WindowAction, data: WindowEventData, time: Date, traceparent?: string): OutgoingMessage {
  const { id, version } = data.after
  return writeEvent({ type: TYPE_OF[action], subject: `maintenance/${id}`, sequence: version, time, traceparent, data })
}

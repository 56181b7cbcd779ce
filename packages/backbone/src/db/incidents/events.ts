import Type, { type Static } from 'typebox'
import { checkedEvents, schemasByType } from '../outbox/checked-event.ts'
import { IncidentSchema } from './incident.ts'

/** `before` holds the fields that were different; `after.channels` are those that hear of this event. A type only ever gains optional fields. */
export const IncidentEventData = Type.Object(
  {
    before: Type.Optional(Type.Partial(IncidentSchema)),
    after: IncidentSchema,
    actor: Type.String(),
    reason: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)
export type IncidentEventData = Static<typeof IncidentEventData>

/** One change is one event. `opened` is when people are told: one that begins suppressed is `suppressed` first, and perhaps never opened. */
export const TYPE_OF = {
  opened: 'incident.opened',
  suppressed: 'incident.suppressed',
  acknowledged: 'incident.acknowledged',
  reminded: 'incident.reminder',
  escalated: 'incident.escalated',
  resolved: 'incident.resolved',
} as const

export type IncidentAction = keyof typeof TYPE_OF
export type IncidentEventType = (typeof TYPE_OF)[IncidentAction]

export const INCIDENT_EVENTS = schemasByType(Object.values(TYPE_OF), IncidentEventData)

/** Throws when the data is not what the schema promises. */
export const writeIncidentEvent = checkedEvents<IncidentEventData>(IncidentEventData)

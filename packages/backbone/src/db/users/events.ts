import Type, { type Static } from 'typebox'
import type { OutgoingMessage } from '../outbox/add-messages.ts'
import { checkedEvents, schemasByType } from '../outbox/checked-event.ts'
import { UserFacts } from './user.ts'

/** `changed` names the fields that differ; personal ones are never told, neither old nor new. A type only ever gains optional fields. */
export const UserEventData = Type.Object(
  {
    before: Type.Optional(Type.Partial(UserFacts)),
    after: UserFacts,
    changed: Type.Array(Type.String()),
    actor: Type.String(),
  },
  { additionalProperties: false },
)
export type UserEventData = Static<typeof UserEventData>

/** One change is one event. */
const TYPE_OF = {
  /** By themselves. */
  registered: 'user.registered',
  /** By an admin: an invitation. */
  created: 'user.created',
  edited: 'user.updated',
  email_changed: 'user.email.changed',
  verification_requested: 'user.verification.requested',
  verified: 'user.verified',
  password_changed: 'user.password.changed',
  password_reset_requested: 'user.password.reset.requested',
  deleted: 'user.deleted',
} as const

export type UserAction = keyof typeof TYPE_OF
export type UserEventType = (typeof TYPE_OF)[UserAction]

export const USER_EVENTS = schemasByType(Object.values(TYPE_OF), UserEventData)

const writeEvent = checkedEvents<UserEventData>(UserEventData)

/** Throws when the data is not what the schema promises. */
export function userEvent(action: UserAction, data: UserEventData, time: Date, traceparent?: string): OutgoingMessage {
  const { id, version } = data.after
  return writeEvent({ type: TYPE_OF[action], subject: `user/${id}`, sequence: version, time, traceparent, data })
}

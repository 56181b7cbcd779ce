import Type, { type Static } from 'typebox'
import { logInsert } from '../log-insert.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import { checkedEvents, schemasByType } from '../outbox/checked-event.ts'
import type { Insert } from '../write.ts'
import { type KeyRow, KeySchema, keySubject, toKey } from './key.ts'

/** A type only ever gains optional fields. */
export const KeyEventData = Type.Object(
  { before: Type.Optional(Type.Partial(KeySchema)), after: KeySchema, actor: Type.String() },
  { additionalProperties: false },
)
export type KeyEventData = Static<typeof KeyEventData>

const EVENT_OF = { created: 'key.created', revoked: 'key.revoked' } as const
export type KeyAction = keyof typeof EVENT_OF
export type KeyEventType = (typeof EVENT_OF)[KeyAction]

export const KEY_EVENTS = schemasByType(Object.values(EVENT_OF), KeyEventData)

const writeEvent = checkedEvents<KeyEventData>(KeyEventData)

export interface KeyWrite {
  before: KeyRow | null
  after: KeyRow
  action: KeyAction
  /** The principal that did it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

/** The log row and the event of a change, written together with it. */
export function recordOf({ before, after, action, actor, now, traceparent }: KeyWrite): Insert[] {
  const log = logInsert('key', after.id, {
    version: after.version,
    action,
    from: before?.status ?? null,
    to: after.status,
    actor,
    reason: null,
    changes: before === null ? null : { status: { from: before.status, to: after.status } },
    at: now,
  })
  const data = { ...(before === null ? {} : { before: { status: before.status } }), after: toKey(after), actor }
  const event = { type: EVENT_OF[action], subject: keySubject(after), sequence: after.version, time: now, traceparent, data }
  return [log, outboxInsert(writeEvent(event))]
}

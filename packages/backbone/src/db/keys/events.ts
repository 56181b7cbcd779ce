import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { outboxInsert } from '../outbox/add-messages.ts'
import { eventMessage } from '../outbox/cloud-event.ts'
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

export const KEY_EVENTS: Record<KeyEventType, typeof KeyEventData> = { 'key.created': KeyEventData, 'key.revoked': KeyEventData }

const checker = Compile(KeyEventData)

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
  const key = toKey(after)
  const row = {
    key_id: after.id,
    version: after.version,
    action,
    from_status: before?.status ?? null,
    to_status: after.status,
    actor,
    reason: null,
    changes: before === null ? null : JSON.stringify({ status: { from: before.status, to: after.status } }),
    at: now,
  }
  const data: KeyEventData = { ...(before === null ? {} : { before: { status: before.status } }), after: key, actor }
  const subject = keySubject(after)
  if (!checker.Check(data)) throw new Error(`The event of ${subject} is not as promised.`)
  const event = eventMessage({ type: EVENT_OF[action], subject, sequence: after.version, time: now, traceparent, data })
  return [{ table: 'key_logs', row }, outboxInsert(event)]
}

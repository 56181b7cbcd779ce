import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { ATTRIBUTE, type DomainEvent } from '../db/outbox/cloud-event.ts'
import { EVENT_SCHEMAS, type EventDataOf, type EventType } from '../kinds.ts'
import { PermanentError } from './permanent-error.ts'
import type { Received } from './port.ts'

export type AnyEvent = { [T in EventType]: DomainEvent<EventDataOf<T>> & { type: T } }[EventType]

/** Fields we do not know are ignored on the way in, so that a newer sender may add some. */
const tolerant = (schema: TSchema): TSchema =>
  JSON.parse(JSON.stringify(schema, (key, value) => (key === 'additionalProperties' && value === false ? undefined : value)))

const checkers = new Map<string, Validator>(
  Object.entries(EVENT_SCHEMAS).map(([type, schema]) => [type, Compile(tolerant(schema)) as unknown as Validator]),
)

export function isEventType(type: string): type is EventType {
  return checkers.has(type)
}

/** The CloudEvent in a message. Throws PermanentError when it cannot be read, is of no known type, or lacks something. */
export function readEvent(message: Received): AnyEvent {
  const attribute = (name: string) => {
    // The AMQP binding allows both separators.
    const value = message.headers[ATTRIBUTE(name)] ?? message.headers[`cloudEvents:${name}`]
    if (value === undefined) throw new PermanentError('unreadable', `The header ${ATTRIBUTE(name)} is missing.`)
    return value
  }
  const type = attribute('type')
  const checker = checkers.get(type)
  if (!isEventType(type) || checker === undefined) throw new PermanentError('unknown_type', `${type} is no event type we know.`)
  const time = new Date(attribute('time'))
  const sequence = Number(attribute('sequence'))
  if (Number.isNaN(time.getTime())) throw new PermanentError('unreadable', 'The time is no instant.')
  if (!Number.isSafeInteger(sequence)) throw new PermanentError('unreadable', 'The sequence is no whole number.')
  const data = parseBody(message)
  if (!checker.Check(data)) {
    const problems = checker
      .Errors(data)
      .slice(0, 5)
      .map(({ instancePath, message: what }) => `${instancePath || '/'} ${what}`)
    throw new PermanentError('wrong_data', `The data of ${type} is wrong: ${problems.join('; ')}`)
  }
  const { traceparent } = message.headers
  return { id: attribute('id'), type, subject: attribute('subject'), time, sequence, traceparent, data } as AnyEvent
}

/** The body as JSON. */
export function parseBody(message: Received): unknown {
  try {
    return JSON.parse(message.body.toString('utf8'))
  } catch (cause) {
    throw new PermanentError('unreadable', `The body is no JSON: ${(cause as Error).message}`, { cause })
  }
}

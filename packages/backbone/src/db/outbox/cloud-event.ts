import { isoText } from '../iso-text.ts'
import type { OutgoingMessage } from './add-messages.ts'

/** One thing that happened to one subject. `id` is `<subject>@<sequence>`, so that emitting it again makes no second event. */
export interface DomainEvent<Data = unknown> {
  id: string
  type: string
  /** `<kind>/<id>` */
  subject: string
  /** When it happened, in domain time. */
  time: Date
  /** The subject's version after the change. The newest wins. */
  sequence: number
  traceparent?: string | undefined
  data: Data
}

export const SOURCE = '/lifeline'

/** CloudEvents 1.0, AMQP binding, binary mode: the attributes are headers, the body is `data` as JSON. */
export const ATTRIBUTE = (name: string) => `cloudEvents_${name}`

/** Writes an event as a message for the `events` exchange. `cc` are further routing keys, for the brief's plain words. */
export function eventMessage(event: Omit<DomainEvent, 'id'>, cc: readonly string[] = []): OutgoingMessage {
  const id = `${event.subject}@${event.sequence}`
  return {
    exchange: 'events',
    routingKey: event.type,
    cc,
    messageId: id,
    subject: event.subject,
    headers: {
      [ATTRIBUTE('specversion')]: '1.0',
      [ATTRIBUTE('id')]: id,
      [ATTRIBUTE('source')]: SOURCE,
      [ATTRIBUTE('type')]: event.type,
      [ATTRIBUTE('subject')]: event.subject,
      [ATTRIBUTE('time')]: isoText(event.time),
      [ATTRIBUTE('sequence')]: String(event.sequence),
      ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    },
    body: JSON.stringify(event.data),
  }
}

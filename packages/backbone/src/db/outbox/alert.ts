import Type, { type Static } from 'typebox'
import { newId } from '../new-id.ts'
import type { OutgoingMessage } from './add-messages.ts'
import { eventMessage } from './cloud-event.ts'

export const ALERT_TYPE = 'alert.operations'

/** Something that people who run Lifeline must look at. */
export const AlertData = Type.Object({
  /** Alerts of one key are about the same trouble. */
  key: Type.String(),
  severity: Type.Enum(['warning', 'error']),
  /** One line. */
  summary: Type.String(),
  /** What is known: ids, the last error. No personal data beyond what the operator needs. */
  detail: Type.Record(Type.String(), Type.String()),
})
export type AlertData = Static<typeof AlertData>

/** An `alert.operations` event, for the outbox of the transaction that saw the trouble. */
export function alertMessage(data: AlertData, at = new Date(), traceparent?: string): OutgoingMessage {
  return eventMessage({ type: ALERT_TYPE, subject: `alert/${newId()}`, sequence: 1, time: at, traceparent, data })
}

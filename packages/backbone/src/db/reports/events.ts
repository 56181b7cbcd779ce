import Type, { type Static } from 'typebox'
import type { OutgoingMessage } from '../outbox/add-messages.ts'
import { checkedEvents, schemasByType } from '../outbox/checked-event.ts'
import { ReportSchema } from './report.ts'
import { ReportSummary, ReportTable } from './table.ts'

/** While it is Active, `table` is how the schedulers stand; at its end `summary` is what happened. A type only ever gains optional fields. */
export const ReportEventData = Type.Object(
  {
    before: Type.Optional(Type.Partial(ReportSchema)),
    after: ReportSchema,
    actor: Type.String(),
    table: Type.Optional(ReportTable),
    summary: Type.Optional(ReportSummary),
  },
  { additionalProperties: false },
)
export type ReportEventData = Static<typeof ReportEventData>

/** One change is one event. */
const TYPE_OF = {
  created: 'report.created',
  edited: 'report.updated',
  started: 'report.started',
  refreshed: 'report.refreshed',
  ended: 'report.ended',
  deleted: 'report.deleted',
} as const

export type ReportAction = keyof typeof TYPE_OF
export type ReportEventType = (typeof TYPE_OF)[ReportAction]

export const REPORT_EVENTS = schemasByType(Object.values(TYPE_OF), ReportEventData)

const writeEvent = checkedEvents<ReportEventData>(ReportEventData)

/** Throws when the data is not what the schema promises. */
export function reportEvent(action: ReportAction, data: ReportEventData, time: Date, traceparent?: string): OutgoingMessage {
  const { id, version } = data.after
  return writeEvent({ type: TYPE_OF[action], subject: `report/${id}`, sequence: version, time, traceparent, data })
}

import { changesOf, differences } from '../differences.ts'
import { logInsert } from '../log-insert.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import type { Insert } from '../write.ts'
import type { ReportChange } from './decide.ts'
import { type ReportEventData, reportEvent } from './events.ts'
import { toReport } from './report.ts'

export interface Witness {
  /** The principal that did it. */
  actor: string
  traceparent?: string | undefined
}

/** What the event tells beside the change. */
export type Telling = Pick<ReportEventData, 'table' | 'summary'>

/** The log row and the event of a change, one of each: written together with the change itself. */
export function recordOf({ before, after, action, at }: ReportChange, { actor, traceparent }: Witness, telling: Telling = {}): Insert[] {
  const report = toReport(after)
  const old = before === null ? undefined : differences(toReport(before), report)
  const time = at > after.updated_at ? at : after.updated_at
  const log = logInsert('report', after.id, {
    version: after.version,
    action,
    from: before?.status ?? null,
    to: after.status,
    actor,
    reason: null,
    changes: changesOf(old, report),
    at: time,
  })
  const data = { ...(old === undefined ? {} : { before: old }), after: report, actor, ...telling }
  return [log, outboxInsert(reportEvent(action, data, time, traceparent))]
}

import type { TSchema } from 'typebox'
import { CHANNEL_EVENTS, type ChannelEventData, type ChannelEventType } from './db/channels/events.ts'
import { INCIDENT_EVENTS, type IncidentEventData, type IncidentEventType } from './db/incidents/events.ts'
import { KEY_EVENTS, type KeyEventData, type KeyEventType } from './db/keys/events.ts'
import { WINDOW_EVENTS, type WindowEventData, type WindowEventType } from './db/maintenance/events.ts'
import { ALERT_TYPE, AlertData } from './db/outbox/alert.ts'
import { REPORT_EVENTS, type ReportEventData, type ReportEventType } from './db/reports/events.ts'
import { SCHEDULER_EVENTS, type SchedulerEventData, type SchedulerEventType } from './db/schedulers/events.ts'
import { REUSED_TYPE, SessionEventData } from './db/sessions/session.ts'
import { TASK_EVENTS, type TaskEventData, type TaskEventType } from './db/tasks/events.ts'
import { USER_EVENTS, type UserEventData, type UserEventType } from './db/users/events.ts'

/** Every event type there is, with the schema of its data. A new kind adds one line here and one to EventDataOf. */
export const EVENT_SCHEMAS = {
  ...TASK_EVENTS,
  ...SCHEDULER_EVENTS,
  ...INCIDENT_EVENTS,
  ...WINDOW_EVENTS,
  ...REPORT_EVENTS,
  ...USER_EVENTS,
  ...KEY_EVENTS,
  ...CHANNEL_EVENTS,
  [REUSED_TYPE]: SessionEventData,
  [ALERT_TYPE]: AlertData,
} as const satisfies Record<string, TSchema>

export type EventType = keyof typeof EVENT_SCHEMAS

interface OtherData {
  [REUSED_TYPE]: SessionEventData
  [ALERT_TYPE]: AlertData
}
export type EventDataOf<T extends EventType> = T extends TaskEventType
  ? TaskEventData
  : T extends SchedulerEventType
    ? SchedulerEventData
    : T extends IncidentEventType
      ? IncidentEventData
      : T extends WindowEventType
        ? WindowEventData
        : T extends ReportEventType
          ? ReportEventData
          : T extends UserEventType
            ? UserEventData
            : T extends KeyEventType
              ? KeyEventData
              : T extends ChannelEventType
                ? ChannelEventData
                : T extends keyof OtherData
                  ? OtherData[T]
                  : never

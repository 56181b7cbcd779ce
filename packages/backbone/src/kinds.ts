import type { TSchema } from 'typebox'
import { ALERT_TYPE, AlertData } from './db/outbox/alert.ts'
import { SCHEDULER_EVENTS, type SchedulerEventData, type SchedulerEventType } from './db/schedulers/events.ts'
import { TASK_EVENTS, type TaskEventData, type TaskEventType } from './db/tasks/events.ts'

/** Every event type there is, with the schema of its data. A new kind adds one line here and one to EventDataOf. */
export const EVENT_SCHEMAS = {
  ...TASK_EVENTS,
  ...SCHEDULER_EVENTS,
  [ALERT_TYPE]: AlertData,
} as const satisfies Record<string, TSchema>

export type EventType = keyof typeof EVENT_SCHEMAS
export type EventDataOf<T extends EventType> = T extends TaskEventType
  ? TaskEventData
  : T extends SchedulerEventType
    ? SchedulerEventData
    : T extends typeof ALERT_TYPE
      ? AlertData
      : never

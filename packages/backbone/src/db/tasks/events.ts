import Type, { type Static } from 'typebox'
import type { OutgoingMessage } from '../outbox/add-messages.ts'
import { checkedEvents, schemasByType } from '../outbox/checked-event.ts'
import { type Task, TaskSchema } from './task.ts'

/** `before` holds the fields of the task that were different. A type only ever gains optional fields. */
export const TaskEventData = Type.Object(
  {
    before: Type.Optional(Type.Partial(TaskSchema)),
    after: TaskSchema,
    actor: Type.String(),
    reason: Type.Optional(Type.String()),
    reminders: Type.Optional(Type.Array(Type.String(), { description: 'Which of remindBefore this is.' })),
    noticedAt: Type.Optional(Type.String({ format: 'date-time', description: 'When the clock saw that the deadline had passed.' })),
  },
  { additionalProperties: false },
)
export type TaskEventData = Static<typeof TaskEventData>

export type TaskAction = 'created' | 'edited' | 'moved' | 'deadline_approaching' | 'deadline_passed' | 'deleted'

/** One change is one event. `cc` are the brief's own words for it. */
const EVENT_OF = {
  created: { type: 'task.created', cc: [] },
  edited: { type: 'task.updated', cc: [] },
  moved: { type: 'task.status.updated', cc: ['status.updated'] },
  deadline_approaching: { type: 'task.deadline.approaching', cc: [] },
  deadline_passed: { type: 'task.deadline.passed', cc: ['deadline.passed'] },
  deleted: { type: 'task.deleted', cc: [] },
} as const satisfies Record<TaskAction, { type: string; cc: readonly string[] }>

export type TaskEventType = (typeof EVENT_OF)[TaskAction]['type']

export const TASK_EVENTS = schemasByType(
  Object.values(EVENT_OF).map(({ type }) => type),
  TaskEventData,
)

const writeEvent = checkedEvents<TaskEventData>(TaskEventData)

/** Throws when the data is not what the schema promises. */
export function taskEvent(action: TaskAction, data: TaskEventData, time: Date, traceparent?: string): OutgoingMessage {
  const { type, cc } = EVENT_OF[action]
  return writeEvent({ type, subject: taskSubject(data.after), sequence: data.after.version, time, traceparent, data }, cc)
}

export function taskSubject(task: Pick<Task, 'id'>): string {
  return `task/${task.id}`
}

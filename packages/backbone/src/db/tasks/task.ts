import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { isoOrNull, isoText } from '../iso-text.ts'
import { nullable } from '../nullable.ts'
import type { Schema } from '../schema.ts'
import { isOpen, TASK_STATUSES, type TaskStatus } from './status.ts'

/** A task as the database has it, with its labels in alphabetical order. */
export type TaskRow = Omit<Selectable<Schema['tasks']>, 'status'> & { status: TaskStatus; labels: string[] }

const Instant = Type.String({ format: 'date-time' })

/** A task as everybody outside sees it: in the API's answers and in events. */
export const TaskSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    title: Type.String(),
    description: nullable(Type.String()),
    status: Type.Enum(TASK_STATUSES),
    assignee: Type.String({ description: 'E-mail address of whoever has to do it.' }),
    createdBy: Type.String({ description: 'The principal that created it: `key:…`, `user:…` or `mailto:…`.' }),
    dueAt: nullable(Instant),
    remindBefore: Type.Array(Type.String({ description: 'ISO 8601 duration before dueAt, days to seconds.' })),
    labels: Type.Array(Type.String()),
    externalRef: nullable(Type.String()),
    version: Type.Integer({ description: 'Grows by one with every change; the ETag and the event sequence.' }),
    createdAt: Instant,
    updatedAt: Instant,
    startedAt: nullable(Type.String({ format: 'date-time', description: 'When it was first InProgress.' })),
    completedAt: nullable(Instant),
    deadlinePassedAt: nullable(Type.String({ format: 'date-time', description: 'The dueAt that passed while the task was open.' })),
    overdue: Type.Boolean({ description: 'The deadline has passed and the task is still Pending or InProgress.' }),
  },
  { additionalProperties: false },
)
export type Task = Static<typeof TaskSchema>

export function toTask(row: TaskRow): Task {
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    status: row.status,
    assignee: row.assignee,
    createdBy: row.created_by,
    dueAt: isoOrNull(row.due_at),
    remindBefore: remindersOf(row),
    labels: row.labels,
    externalRef: row.external_ref,
    version: row.version,
    createdAt: isoText(row.created_at),
    updatedAt: isoText(row.updated_at),
    startedAt: isoOrNull(row.started_at),
    completedAt: isoOrNull(row.completed_at),
    deadlinePassedAt: isoOrNull(row.deadline_passed_at),
    overdue: row.deadline_passed_at !== null && isOpen(row.status),
  }
}

/** `remind_before` is a JSON list of durations in a text column; none is null, because Oracle has no empty string. */
export function remindersOf(row: Pick<TaskRow, 'remind_before'>): string[] {
  return row.remind_before === null ? [] : JSON.parse(row.remind_before)
}

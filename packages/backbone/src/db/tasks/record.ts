import { outboxInsert } from '../outbox/add-messages.ts'
import type { Insert } from '../write.ts'
import { type Decision, differences, eventData } from './decide.ts'
import { taskEvent } from './events.ts'
import { type Task, type TaskRow, toTask } from './task.ts'

export interface TaskWrite {
  before: TaskRow | null
  after: TaskRow
  story: Extract<Decision, { kind: 'changed' }>['story']
  /** The principal that did it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

/** The log row and the event of a change: one of each, written together with the change itself. */
export function recordOf(write: TaskWrite): Insert[] {
  const { before, after, story, actor, now, traceparent } = write
  const event = taskEvent(story.action, eventData(before, after, actor, story), now, traceparent)
  return [{ table: 'task_logs', row: logRow(write) }, outboxInsert(event)]
}

function logRow({ before, after, story, actor, now }: TaskWrite) {
  return {
    task_id: after.id,
    version: after.version,
    action: story.action,
    from_status: before?.status ?? null,
    to_status: after.status,
    actor,
    reason: story.reason ?? null,
    changes: changesText(before, after),
    at: now,
  }
}

/** `{field: {from, to}}` as JSON; null for a creation, whose whole task is the change. */
function changesText(before: TaskRow | null, after: TaskRow): string | null {
  if (before === null) return null
  const task = toTask(after)
  const old = differences(toTask(before), task)
  return JSON.stringify(Object.fromEntries(Object.entries(old).map(([field, from]) => [field, { from, to: task[field as keyof Task] }])))
}

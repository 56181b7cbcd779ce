import type { OutgoingMessage } from '@lifeline/backbone/db/outbox/add-messages'
import { type TaskAction, type TaskEventData, taskEvent } from '@lifeline/backbone/db/tasks/events'
import type { Task } from '@lifeline/backbone/db/tasks/task'

export const NOON = new Date('2026-03-02T12:00:00.000Z')

/** Ben's task, made by Ann. */
export function givenTask(task: Partial<Task> = {}): Task {
  return {
    id: '019cb3a0-0000-7000-8000-000000000001',
    title: 'Order the laptop',
    description: null,
    status: 'InProgress',
    assignee: 'ben@example.org',
    createdBy: 'mailto:ann@example.org',
    dueAt: '2026-03-03T12:00:00.000Z',
    remindBefore: [],
    labels: [],
    externalRef: null,
    version: 2,
    createdAt: '2026-03-01T12:00:00.000Z',
    updatedAt: '2026-03-02T12:00:00.000Z',
    startedAt: null,
    completedAt: null,
    deadlinePassedAt: null,
    overdue: false,
    ...task,
  }
}

/** What a process would publish when `actor` did something to that task. */
export function givenEvent(action: TaskAction, task: Partial<Task> = {}, data: Partial<TaskEventData> = {}): OutgoingMessage {
  return taskEvent(action, { after: givenTask(task), actor: 'key:local', ...data }, NOON)
}

import { commitOne } from '@lifeline/backbone/db/commit'
import { addNotifications } from '@lifeline/backbone/db/notifications/add-notifications'
import { findNotifications, type NotificationRow } from '@lifeline/backbone/db/notifications/notification'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Task } from '@lifeline/backbone/db/tasks/task'
import type { TaskMailData } from '../src/mail/templates/task-mails.ts'

/** Ben's task, which Ann made; it is due on Friday at noon UTC. */
export function givenTask(task: Partial<Task> = {}): Task {
  return {
    id: '019cb3a0-0000-7000-8000-000000000001',
    title: 'Order the laptop',
    description: null,
    status: 'Pending',
    assignee: 'ben@example.org',
    createdBy: 'mailto:ann@example.org',
    dueAt: '2026-12-04T12:00:00.000Z',
    remindBefore: [],
    labels: [],
    externalRef: null,
    version: 1,
    createdAt: '2026-12-04T09:00:00.000Z',
    updatedAt: '2026-12-04T09:00:00.000Z',
    startedAt: null,
    completedAt: null,
    deadlinePassedAt: null,
    overdue: false,
    ...task,
  }
}

/** What the coordinator stores of an event on Friday, 09:00 UTC. */
export function givenMailData(task: Partial<Task> = {}, data: Partial<TaskMailData> = {}): TaskMailData {
  return { after: givenTask(task), actor: 'mailto:ann@example.org', at: '2026-12-04T09:00:00.000Z', ...data }
}

interface Given {
  recipient?: string
  template?: string
  task?: Partial<Task>
}

let events = 0

/** A Queued notification; its announcement is in the outbox. */
export async function givenNotification(db: Db, { recipient = 'ben@example.org', template = 'task.created', task = {} }: Given = {}) {
  const cause = { id: `task/1@${++events}`, subject: 'task/1' }
  const intent = { channel: 'email' as const, recipient, template, data: givenMailData(task) }
  await commitOne(db, addNotifications, { cause, principals: [], intents: () => [intent], machineNow: new Date() })
  const { id } = await db.selectFrom('notifications').select('id').where('event_id', '=', cause.id).executeTakeFirstOrThrow()
  return id
}

export async function getNotification(db: Db, id: string): Promise<NotificationRow> {
  const [row] = await findNotifications(db, [id])
  if (row === undefined) throw new Error(`There is no notification ${id}.`)
  return row
}

/** The alerts that wait in the outbox. */
export async function listAlerts(db: Db) {
  const rows = await db.selectFrom('outbox').selectAll().where('routing_key', '=', 'alert.operations').orderBy('seq').execute()
  return rows.map(({ body }) => JSON.parse(body))
}

import { commitEach, commitOne } from '@lifeline/backbone/db/commit'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import type { Db } from '@lifeline/backbone/db/schema'
import { addTask, type NewTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { changeTask } from '@lifeline/backbone/db/tasks/change-tasks'
import type { TaskCommand } from '@lifeline/backbone/db/tasks/decide'
import type { TaskStatus } from '@lifeline/backbone/db/tasks/status'
import type { TaskRow } from '@lifeline/backbone/db/tasks/task'
import { makeLog } from '@lifeline/backbone/process/log'
import type { VirtualClock } from '@lifeline/testing/virtual-clock'

export const NINE = new Date('2026-03-02T09:00:00.000Z')
export const TEN = new Date('2026-03-02T10:00:00.000Z')
export const NOON = new Date('2026-03-02T12:00:00.000Z')

export async function givenTask(db: Db, task: Partial<NewTask> = {}): Promise<TaskRow> {
  const [row] = await givenTasks(db, 1, task)
  if (row === undefined) throw new Error('No task was added.')
  return row
}

/** Pending tasks, made at nine and due at noon. */
export async function givenTasks(db: Db, count: number, task: Partial<NewTask> = {}): Promise<TaskRow[]> {
  const one = { title: 'Order the laptop', assignee: 'ben@example.org', dueAt: NOON, actor: 'mailto:ann@example.org', now: NINE, ...task }
  const settled = await commitEach(
    db,
    addTask,
    Array.from({ length: count }, () => one),
  )
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason
    return each.value
  })
}

export function change(db: Db, { id }: Pick<TaskRow, 'id'>, command: TaskCommand, now: Date) {
  return commitOne(db, changeTask, { id, command, actor: 'mailto:ann@example.org', now })
}

export const moveTo = (to: TaskStatus): TaskCommand => ({ do: 'move', to, reason: null })

/** What the clock has logged of a task, as `action at`. */
export async function listWakes(db: Db, { id }: Pick<TaskRow, 'id'>): Promise<string[]> {
  const rows = await db
    .selectFrom('task_logs')
    .select(['action', 'at'])
    .where('task_id', '=', id)
    .where('actor', '=', 'system:clock')
    .orderBy('version')
    .execute()
  return rows.map(({ action, at }) => `${action} ${at.toISOString()}`)
}

export async function getRow(db: Db, { id }: Pick<TaskRow, 'id'>) {
  return await db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** What `tick` and `repairOnce` need, with the lines they log. */
export function tickOptions(db: Db, clock: VirtualClock) {
  const lines: { level: number; msg: string; [field: string]: unknown }[] = []
  const log = makeLog('clock', 'info', { write: (line) => void lines.push(JSON.parse(line)) })
  const wrote: Date[] = []
  const writer = makeWriter(db, { onCommit: () => void wrote.push(clock.now()) })
  return { db, writer, clock, log, lines, wrote }
}

import { commitOne } from '@lifeline/backbone/db/commit'
import type { Db } from '@lifeline/backbone/db/schema'
import { addTask, type NewTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { changeTask } from '@lifeline/backbone/db/tasks/change-tasks'
import type { TaskStatus } from '@lifeline/backbone/db/tasks/status'
import type { TaskRow } from '@lifeline/backbone/db/tasks/task'

export const ANN = 'mailto:ann@example.org'
export const NOON = new Date('2026-03-02T12:00:00.000Z')
export const at = (time: string) => new Date(`2026-03-02T${time}.000Z`)

/** One task, made the way everybody makes them. */
export async function givenTask(db: Db, task: Partial<NewTask> = {}): Promise<TaskRow> {
  const whole = { title: 'Answer the letter', assignee: 'bob@example.org', actor: ANN, now: NOON, ...task }
  return await commitOne(db, addTask, whole)
}

/** Moves it through these statuses, each at its instant. Answers the task as it is then. */
export async function givenMoves(db: Db, task: TaskRow, moves: readonly (readonly [to: TaskStatus, now: Date])[]): Promise<TaskRow> {
  let row = task
  for (const [to, now] of moves) {
    const outcome = await commitOne(db, changeTask, { id: task.id, command: { do: 'move', to, reason: null }, actor: ANN, now })
    if (outcome.kind !== 'changed') throw new Error(`${row.status} to ${to}: ${outcome.kind}`)
    row = outcome.task
  }
  return row
}

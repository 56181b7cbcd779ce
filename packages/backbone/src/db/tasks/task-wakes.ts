import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { CLOCK_ACTOR, type WakingKind } from '../wake-rows.ts'
import { changeTask } from './change-tasks.ts'
import { OPEN_STATUSES } from './status.ts'
import { nextWake } from './wake.ts'

/** Deadlines and reminders. */
export const taskWakes: WakingKind = {
  name: 'task',
  table: 'tasks',

  async wake(writer, id, now) {
    const outcome = await writer.submit(changeTask, { id, command: { do: 'wake' }, actor: CLOCK_ACTOR, now })
    if (outcome.kind === 'missing') return undefined
    const { task } = outcome
    if (outcome.kind !== 'changed') return { id, actions: [], wokenAt: task.wake_at, nextWake: nextWake(task) }
    const { before } = outcome
    const hasPassed = before.deadline_passed_at === null && task.deadline_passed_at !== null
    const actions = [hasPassed ? 'deadline_passed' : 'deadline_approaching']
    return { id, actions, wokenAt: before.wake_at, nextWake: task.wake_at }
  },

  repair: (db, now) => repairTasks(db, now),
}

/** Open tasks that are past their deadline. */
async function repairTasks(db: Db, now: Date): Promise<number> {
  const { numUpdatedRows } = await reading(() =>
    db
      .updateTable('tasks')
      .set({ wake_at: now })
      .where('status', 'in', [...OPEN_STATUSES])
      .where('due_at', '<=', now)
      .where('deadline_passed_at', 'is', null)
      .where('deleted_at', 'is', null)
      .where((eb) => eb.or([eb('wake_at', 'is', null), eb('wake_at', '>', now)]))
      .executeTakeFirst(),
  )
  return Number(numUpdatedRows)
}

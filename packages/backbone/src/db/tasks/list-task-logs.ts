import type { Selectable } from 'kysely'
import { fragments } from '../dialect/fragments.ts'
import { onePlan } from '../dialect/one-plan.ts'
import { NotFoundError } from '../errors.ts'
import { readTogether } from '../read-together.ts'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'
import { isOwnTask, type TaskOwner } from './owner.ts'

export type TaskLogRow = Selectable<Schema['task_logs']>

export interface LogPage {
  limit: number
  afterVersion?: number
  /** Whose task it must be. */
  owner?: TaskOwner | undefined
}

/** The log of one task, oldest first, from after the version `afterVersion`. Throws NotFoundError when the task is unknown, deleted, or not the owner's. */
export function listTaskLogs(db: Db, taskId: string, { limit, afterVersion = 0, owner }: LogPage) {
  return reading(async (): Promise<TaskLogRow[]> => {
    const task = await findPeople(db, taskId)
    if (task === undefined || !isOwnTask(task, owner)) throw new NotFoundError(`task ${taskId}`)
    return await db
      .selectFrom('task_logs')
      .selectAll()
      .where('task_id', '=', taskId)
      .where('version', '>', afterVersion)
      .orderBy('version')
      .fetch(limit)
      .modifyEnd(onePlan)
      .execute()
  })
}

/** Whose it is; undefined when it is unknown or deleted. */
const findPeople = readTogether(async (db, ids) => {
  const isAsked = fragments(db).anyOf('tasks', 'id', ids)
  const rows = await db
    .selectFrom('tasks')
    .select(['id', 'created_by', 'assignee'])
    .where(isAsked)
    .where('deleted_at', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
})

import type { Selectable } from 'kysely'
import { NotFoundError } from '../errors.ts'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'

export type TaskLogRow = Selectable<Schema['task_logs']>

/** The log of one task, oldest first, from after the version `afterVersion`. Throws NotFoundError when the task is unknown or deleted. */
export function listTaskLogs(db: Db, taskId: string, { limit, afterVersion = 0 }: { limit: number; afterVersion?: number }) {
  return reading(async (): Promise<TaskLogRow[]> => {
    const task = await db.selectFrom('tasks').select('id').where('id', '=', taskId).where('deleted_at', 'is', null).executeTakeFirst()
    if (task === undefined) throw new NotFoundError(`task ${taskId}`)
    return await db
      .selectFrom('task_logs')
      .selectAll()
      .where('task_id', '=', taskId)
      .where('version', '>', afterVersion)
      .orderBy('version')
      .fetch(limit)
      .execute()
  })
}

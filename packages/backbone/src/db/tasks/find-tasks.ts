import { NotFoundError } from '../errors.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { sortedLabels } from './decide.ts'
import type { TaskStatus } from './status.ts'
import type { TaskRow } from './task.ts'

/** Tasks by id, deleted ones left out, in no particular order. */
export async function findTasks(db: Db, ids: readonly string[]): Promise<TaskRow[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('tasks').selectAll().where('id', 'in', ids).where('deleted_at', 'is', null).execute()
  return await withLabels(db, rows)
}

/** One task by id. Throws NotFoundError when there is none, or it is deleted. */
export async function getTask(db: Db, id: string): Promise<TaskRow> {
  const [task] = await reading(() => findTasks(db, [id]))
  if (task === undefined) throw new NotFoundError(`task ${id}`)
  return task
}

/** Adds their labels to rows of `tasks`, keeping the order. */
export async function withLabels(db: Db, rows: readonly (Omit<TaskRow, 'labels' | 'status'> & { status: string })[]): Promise<TaskRow[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const labels = await db.selectFrom('task_labels').selectAll().where('task_id', 'in', ids).execute()
  const byTask = Map.groupBy(labels, (label) => label.task_id)
  // The CHECK constraint holds status to the table of moves.
  return rows.map((row) => ({
    ...row,
    status: row.status as TaskStatus,
    labels: sortedLabels((byTask.get(row.id) ?? []).map(({ label }) => label)),
  }))
}

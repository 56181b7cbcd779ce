import { fragments } from '../dialect/fragments.ts'
import { NotFoundError } from '../errors.ts'
import { readTogether } from '../read-together.ts'
import type { Db } from '../schema.ts'
import { sortedLabels } from './decide.ts'
import { isOwnTask, type TaskOwner } from './owner.ts'
import type { TaskStatus } from './status.ts'
import type { TaskRow } from './task.ts'

/** Tasks by id, deleted ones left out, in no particular order. */
export async function findTasks(db: Db, ids: readonly string[]): Promise<TaskRow[]> {
  if (ids.length === 0) return []
  const { anyOf } = fragments(db)
  const query = db
    .selectFrom('tasks')
    .selectAll()
    .where(anyOf('tasks', 'id', ids))
    .where('deleted_at', 'is', null)
  // Side by side: a change waits for no more than one round trip before it can be decided.
  const [rows, labels] = await Promise.all([query.execute(), findLabels(db, ids)])
  return rows.map((row) => toTaskRow(row, labels))
}

const findTask = readTogether<TaskRow>(async (db, ids) => new Map((await findTasks(db, ids)).map((row) => [row.id, row])))

/** One task by id. Throws NotFoundError when there is none, it is deleted, or it is not the owner's. */
export async function getTask(db: Db, id: string, owner?: TaskOwner): Promise<TaskRow> {
  const task = await findTask(db, id)
  if (task === undefined || !isOwnTask(task, owner)) throw new NotFoundError(`task ${id}`)
  return task
}

type PlainRow = Omit<TaskRow, 'labels' | 'status'> & { status: string }

/** Adds their labels to rows of `tasks`, keeping the order. */
export async function withLabels(db: Db, rows: readonly PlainRow[]): Promise<TaskRow[]> {
  if (rows.length === 0) return []
  const labels = await findLabels(
    db,
    rows.map((row) => row.id),
  )
  return rows.map((row) => toTaskRow(row, labels))
}

/** Labels by the id of their task. */
async function findLabels(db: Db, ids: readonly string[]): Promise<Map<string, string[]>> {
  const { anyOf } = fragments(db)
  const rows = await db
    .selectFrom('task_labels')
    .selectAll()
    .where(anyOf('task_labels', 'task_id', ids))
    .execute()
  const labels = new Map<string, string[]>()
  for (const { task_id, label } of rows) {
    const own = labels.get(task_id)
    if (own === undefined) labels.set(task_id, [label])
    else own.push(label)
  }
  return labels
}

function toTaskRow(row: PlainRow, labels: ReadonlyMap<string, string[]>): TaskRow {
  // The CHECK constraint holds status to the table of moves.
  return { ...row, status: row.status as TaskStatus, labels: sortedLabels(labels.get(row.id) ?? []) }
}

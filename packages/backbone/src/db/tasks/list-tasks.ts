import type { ExpressionBuilder } from 'kysely'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'
import { withLabels } from './find-tasks.ts'
import { OPEN_STATUSES, type TaskStatus } from './status.ts'
import type { TaskRow } from './task.ts'

/** What a task must be like to be listed; a field that is absent asks nothing. */
export interface TaskFilter {
  /** One of these. */
  status?: readonly TaskStatus[]
  assignee?: string
  createdBy?: string
  label?: string
  externalRef?: string
  overdue?: boolean
  /** Due after this instant, itself left out. */
  dueAfter?: Date
  /** Due before this instant, itself left out. */
  dueBefore?: Date
  /** Created at this instant or later. */
  createdFrom?: Date
  /** Created before this instant. */
  createdTo?: Date
}

export interface TaskPage {
  limit: number
  /** Only tasks older than this one: the last of the page before. */
  afterId?: string
  /** Rows to skip, for those who count pages. */
  offset?: number
}

/** Tasks that match, newest first; deleted ones are left out. */
export function listTasks(db: Db, filter: TaskFilter, { limit, afterId, offset = 0 }: TaskPage): Promise<TaskRow[]> {
  let query = db
    .selectFrom('tasks')
    .selectAll()
    .where((eb) => matches(eb, filter))
  if (afterId !== undefined) query = query.where('id', '<', afterId)
  if (offset > 0) query = query.offset(offset)
  return reading(async () => await withLabels(db, await query.orderBy('id', 'desc').fetch(limit).execute()))
}

/** How many tasks match, counted to `cap` and no further: beyond it nobody reads the number, and counting costs. */
export function countTasks(db: Db, filter: TaskFilter, cap: number): Promise<number> {
  return reading(async () => {
    const { count } = await db
      .selectFrom((eb) =>
        eb
          .selectFrom('tasks')
          .select('id')
          .where((tasks) => matches(tasks, filter))
          .fetch(cap)
          .as('counted'),
      )
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  })
}

function matches(eb: ExpressionBuilder<Schema, 'tasks'>, filter: TaskFilter) {
  const { status, assignee, createdBy, label, externalRef, overdue, dueAfter, dueBefore, createdFrom, createdTo } = filter
  return eb.and([
    eb('deleted_at', 'is', null),
    ...(status === undefined ? [] : [eb('status', 'in', status)]),
    ...(assignee === undefined ? [] : [eb('assignee', '=', assignee)]),
    ...(createdBy === undefined ? [] : [eb('created_by', '=', createdBy)]),
    ...(externalRef === undefined ? [] : [eb('external_ref', '=', externalRef)]),
    ...(label === undefined ? [] : [eb('id', 'in', eb.selectFrom('task_labels').select('task_id').where('label', '=', label))]),
    ...(overdue === undefined ? [] : [overdue ? isOverdue(eb) : eb.not(isOverdue(eb))]),
    ...(dueAfter === undefined ? [] : [eb('due_at', '>', dueAfter)]),
    ...(dueBefore === undefined ? [] : [eb('due_at', '<', dueBefore)]),
    ...(createdFrom === undefined ? [] : [eb('created_at', '>=', createdFrom)]),
    ...(createdTo === undefined ? [] : [eb('created_at', '<', createdTo)]),
  ])
}

/** The deadline has passed and the task is still open: the SQL twin of `overdue` in `toTask`. */
export function isOverdue(eb: ExpressionBuilder<Schema, 'tasks'>) {
  return eb.and([eb('deadline_passed_at', 'is not', null), eb('status', 'in', OPEN_STATUSES)])
}

import type { ExpressionBuilder } from 'kysely'
import type { CreatedBetween } from '../rollups/periods.ts'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'
import { isCreatedBetween } from './created-between.ts'
import { withLabels } from './find-tasks.ts'
import type { TaskOwner } from './owner.ts'
import { isOpen, OPEN_STATUSES, type TaskStatus } from './status.ts'
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
  /** Only this person's. */
  owner?: TaskOwner | undefined
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
  const page = (part: Part) => {
    const query = matching(db, part).selectAll('tasks')
    return (afterId === undefined ? query : query.where('tasks.id', '<', afterId)).orderBy('tasks.id', 'desc')
  }
  const [first, ...others] = partsOf(filter)
  return reading(async () => {
    if (first === undefined) return []
    if (others.length === 0) {
      const query = page(first)
      return await withLabels(db, await (offset > 0 ? query.offset(offset) : query).fetch(limit).execute())
    }
    const read = (part: Part) =>
      db
        .selectFrom(
          page(part)
            .fetch(offset + limit)
            .as('part'),
        )
        .selectAll()
    const all = others.map(read).reduce((union, part) => union.unionAll(part), read(first))
    const merged = db.selectFrom(all.as('task')).selectAll().orderBy('id', 'desc')
    return await withLabels(db, await (offset > 0 ? merged.offset(offset) : merged).fetch(limit).execute())
  })
}

/** How many tasks match, counted to `cap` and no further: beyond it nobody reads the number, and counting costs. */
export function countTasks(db: Db, filter: TaskFilter, cap: number): Promise<number> {
  return reading(async () => {
    const counts = ownParts(filter).map(async (part) => {
      const { count } = await db
        .selectFrom(matching(db, part).select('tasks.id').fetch(cap).as('counted'))
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return count
    })
    return Math.min(
      cap,
      (await Promise.all(counts)).reduce((sum, count) => sum + count, 0),
    )
  })
}

/** A filter, and which of a person's own tasks it is about. */
type Part = TaskFilter & { own?: { createdBy: string } | { assignee: string; notCreatedBy: readonly string[] } }

/**
 * Filters that have no task in common, each with an index. Each part is read in the order of ids and only as far as the
 * page goes. A person's own tasks are those of each principal, and those of the address that are not among them.
 * Otherwise it is one filter for each status, when nothing else in it has an index: asked for several statuses at once, a
 * database sorts all that match, or walks along the ids until it has met enough of them.
 */
function partsOf(filter: TaskFilter): Part[] {
  const { assignee, createdBy, externalRef, overdue, owner } = filter
  if (owner !== undefined) return ownParts(filter)
  if ([assignee, createdBy, externalRef].some((value) => value !== undefined)) return [filter]
  // Only open tasks are overdue, and those are few among many.
  const status = overdue === true ? (filter.status?.filter(isOpen) ?? OPEN_STATUSES) : filter.status
  return status === undefined ? [filter] : status.map((one) => ({ ...filter, status: [one] }))
}

function ownParts(filter: TaskFilter): Part[] {
  if (filter.owner === undefined) return [filter]
  const { principals, address } = filter.owner
  const created = principals.map((createdBy): Part => ({ ...filter, own: { createdBy } }))
  return address === undefined ? created : [...created, { ...filter, own: { assignee: address, notCreatedBy: principals } }]
}

function matching(db: Db, filter: Part) {
  const { label } = filter
  const query = db.selectFrom('tasks').where((eb) => matches(eb, filter))
  if (label === undefined) return query
  return query.where((eb) => eb('tasks.id', 'in', eb.selectFrom('task_labels').select('task_id').where('label', '=', label)))
}

function matches(eb: ExpressionBuilder<Schema, 'tasks'>, filter: Part) {
  const { status, assignee, createdBy, externalRef, overdue, dueAfter, dueBefore, own } = filter
  return eb.and([
    eb('deleted_at', 'is', null),
    ...(status === undefined ? [] : [eb('status', 'in', status)]),
    ...(assignee === undefined ? [] : [eb('assignee', '=', assignee)]),
    ...(createdBy === undefined ? [] : [eb('created_by', '=', createdBy)]),
    ...(externalRef === undefined ? [] : [eb('external_ref', '=', externalRef)]),
    ...(overdue === undefined ? [] : [overdue ? isOverdue(eb) : eb.not(isOverdue(eb))]),
    ...(dueAfter === undefined ? [] : [eb('due_at', '>', dueAfter)]),
    ...(dueBefore === undefined ? [] : [eb('due_at', '<', dueBefore)]),
    ...isCreatedBetween(eb, createdRange(filter)),
    ...(own === undefined ? [] : isOwn(eb, own)),
  ])
}

/** The SQL twin of `isOwnTask`, in parts. */
function isOwn(eb: ExpressionBuilder<Schema, 'tasks'>, own: NonNullable<Part['own']>) {
  if ('createdBy' in own) return [eb('created_by', '=', own.createdBy)]
  return [eb('assignee', '=', own.assignee), eb('created_by', 'not in', own.notCreatedBy)]
}

function createdRange({ createdFrom, createdTo }: TaskFilter): CreatedBetween {
  return { ...(createdFrom && { from: createdFrom }), ...(createdTo && { to: createdTo }) }
}

/** The deadline has passed and the task is still open: the SQL twin of `overdue` in `toTask`. */
function isOverdue(eb: ExpressionBuilder<Schema, 'tasks'>) {
  return eb.and([eb('deadline_passed_at', 'is not', null), eb('status', 'in', OPEN_STATUSES)])
}

import type { ExpressionBuilder } from 'kysely'
import { fragments } from '../dialect/fragments.ts'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'
import { isOverdue } from './list-tasks.ts'

/** What a set of tasks adds up to. */
export interface TaskTotals {
  tasks: number
  completed: number
  /** Open, with a deadline that has passed. */
  overdue: number
  withDeadline: number
  /** Whose deadline passed while they were open, whatever became of them. */
  breached: number
  /** breached of withDeadline, 0 to 1; null when none has a deadline. */
  breachRate: number | null
  /** From creation to completion, over the completed ones; null when there are none. */
  averageLeadTimeSeconds: number | null
}

/** Tasks created at `from` or later and before `to`. */
export interface CreatedBetween {
  from?: Date
  to?: Date
}

export type TaskGrouping = 'status' | 'assignee'

/** The totals of each group, biggest group first, at most `limit` of them. */
export function aggregateTasks(db: Db, groupBy: TaskGrouping, created: CreatedBetween, limit: number) {
  return reading(async () => {
    const rows = await db
      .selectFrom('tasks')
      .select((eb) => [eb.ref(groupBy).as('key'), ...sums(db, eb)])
      .where((eb) => isCreated(eb, created))
      .groupBy(groupBy)
      .orderBy('tasks', 'desc')
      .orderBy(groupBy)
      .fetch(limit)
      .execute()
    return rows.map((row) => ({ key: row.key, ...totals(row) }))
  })
}

/** The totals of all groups together. */
export function totalTasks(db: Db, created: CreatedBetween): Promise<TaskTotals> {
  return reading(async () => {
    const row = await db
      .selectFrom('tasks')
      .select((eb) => sums(db, eb))
      .where((eb) => isCreated(eb, created))
      .executeTakeFirstOrThrow()
    return totals(row)
  })
}

function isCreated(eb: ExpressionBuilder<Schema, 'tasks'>, { from, to }: CreatedBetween) {
  return eb.and([
    eb('deleted_at', 'is', null),
    ...(from === undefined ? [] : [eb('created_at', '>=', from)]),
    ...(to === undefined ? [] : [eb('created_at', '<', to)]),
  ])
}

function sums(db: Db, eb: ExpressionBuilder<Schema, 'tasks'>) {
  const completed = eb('status', '=', 'Completed')
  const leadTime = fragments(db).secondsBetween(eb.ref('created_at'), eb.ref('completed_at'))
  const count = (condition: typeof completed) => eb.fn.count<number>(eb.case().when(condition).then(1).end())
  return [
    eb.fn.countAll<number>().as('tasks'),
    count(completed).as('completed'),
    count(isOverdue(eb)).as('overdue'),
    eb.fn.count<number>('due_at').as('withDeadline'),
    eb.fn.count<number>('deadline_passed_at').as('breached'),
    // completed_at is null while a task is not complete, and avg leaves nulls out.
    eb.fn.avg<number | null>(leadTime).as('averageLeadTimeSeconds'),
  ] as const
}

function totals({ tasks, completed, overdue, withDeadline, breached, averageLeadTimeSeconds }: Omit<TaskTotals, 'breachRate'>): TaskTotals {
  const breachRate = withDeadline === 0 ? null : breached / withDeadline
  return { tasks, completed, overdue, withDeadline, breached, breachRate, averageLeadTimeSeconds }
}

import { type ExpressionBuilder, ExpressionWrapper } from 'kysely'
import { fragments } from '../dialect/fragments.ts'
import type { Db, Schema } from '../schema.ts'
import { isCreatedBetween } from '../tasks/created-between.ts'
import { OPEN_STATUSES } from '../tasks/status.ts'
import { leadBucketOf } from './lead-buckets.ts'
import { BEGINNING, type CreatedBetween, END } from './periods.ts'
import { type Slice, SUMS } from './rollup.ts'

export type Grouping = 'status' | 'assignee' | 'day'

/** The slice that has the sums for a grouping. */
export const SLICE_OF = { status: 'status', day: 'status', assignee: 'assignee' } as const satisfies Record<Grouping, Slice>

/**
 * Selects of the same columns (`key`, what one row adds to each sum) over the three places that a task can be counted
 * in: the rollups, the deltas that are not folded yet, and the tasks themselves. Their union, summed up by key, is the answer.
 */
export function storedSums(db: Db, grouping: Grouping, created: CreatedBetween) {
  return storedIn(db, grouping, created).select((eb) => [storedKey(eb, grouping).as('key'), ...SUMS])
}

/** The buckets of lead times of each row that has any. */
export function storedLeads(db: Db, grouping: Grouping, created: CreatedBetween) {
  return storedIn(db, grouping, created)
    .select((eb) => [storedKey(eb, grouping).as('key'), 'leads'])
    .where('leads', 'is not', null)
}

// Both ends always, so that a range without one is no other statement.
function storedIn(db: Db, grouping: Grouping, { from = BEGINNING, to = END }: CreatedBetween) {
  return db.selectFrom('task_rollups').where('slice', '=', SLICE_OF[grouping]).where('period', '>=', from).where('period', '<', to)
}

function storedKey(eb: ExpressionBuilder<Schema, 'task_rollups'>, grouping: Grouping) {
  return eb.ref(grouping === 'day' ? 'period' : 'name')
}

export type Side = 'from' | 'to'
/** A delta takes the task away as it was, and adds it as it is. */
const times = (side: Side) => (side === 'from' ? -1 : 1)

export function deltaSums(db: Db, grouping: Grouping, side: Side, created: CreatedBetween) {
  return deltas(db, side, created).select((eb) => {
    const [n, none] = [eb.lit(times(side)), eb.lit(0)]
    const isOpen = eb(`${side}_status`, 'in', OPEN_STATUSES)
    const countWhen = (condition: typeof isOpen) => eb.case().when(condition).then(n).else(none).end()
    return [
      deltaKey(eb, grouping, side).as('key'),
      n.as('tasks'),
      countWhen(eb(`${side}_status`, '=', 'Completed')).as('completed'),
      countWhen(eb.and([isOpen, eb(`${side}_breached`, '=', 1)])).as('overdue'),
      countWhen(eb(`${side}_due`, '=', 1)).as('due'),
      countWhen(eb(`${side}_breached`, '=', 1)).as('breached'),
      eb(eb.fn.coalesce(`${side}_lead_ms`, none), '*', n).as('lead_ms'),
    ]
  })
}

/** What each delta with a lead time adds to its bucket. */
export function deltaLeads(db: Db, grouping: Grouping, side: Side, created: CreatedBetween) {
  return deltas(db, side, created)
    .select((eb) => [
      deltaKey(eb, grouping, side).as('key'),
      leadBucketOf(eb.ref(`${side}_lead_ms`)).as('bucket'),
      eb.lit(times(side)).as('count'),
    ])
    .where(`${side}_lead_ms`, 'is not', null)
}

function deltas(db: Db, side: Side, { from = BEGINNING, to = END }: CreatedBetween) {
  return db.selectFrom('task_deltas').where(`${side}_status`, 'is not', null).where('day', '>=', from).where('day', '<', to)
}

function deltaKey(eb: ExpressionBuilder<Schema, 'task_deltas'>, grouping: Grouping, side: Side) {
  return eb.ref(grouping === 'day' ? 'day' : `${side}_${grouping}`)
}

export function taskSums(db: Db, grouping: Grouping, created: CreatedBetween) {
  return tasks(db, created).select((eb) => {
    const [one, none] = [eb.lit(1), eb.lit(0)]
    const isOpen = eb('status', 'in', OPEN_STATUSES)
    const countWhen = (condition: typeof isOpen) => eb.case().when(condition).then(one).else(none).end()
    const isBreached = eb('deadline_passed_at', 'is not', null)
    return [
      taskKey(db, eb, grouping).as('key'),
      one.as('tasks'),
      countWhen(eb('status', '=', 'Completed')).as('completed'),
      countWhen(eb.and([isOpen, isBreached])).as('overdue'),
      countWhen(eb('due_at', 'is not', null)).as('due'),
      countWhen(isBreached).as('breached'),
      eb.fn.coalesce(leadMs(db, eb), none).as('lead_ms'),
    ]
  })
}

export function taskLeads(db: Db, grouping: Grouping, created: CreatedBetween) {
  return tasks(db, created)
    .select((eb) => [taskKey(db, eb, grouping).as('key'), leadBucketOf(leadMs(db, eb)).as('bucket'), eb.lit(1).as('count')])
    .where('completed_at', 'is not', null)
}

function tasks(db: Db, { from = BEGINNING, to = END }: CreatedBetween) {
  return db.selectFrom('tasks').where((eb) => eb.and([eb('deleted_at', 'is', null), ...isCreatedBetween(eb, { from, to })]))
}

function taskKey(db: Db, eb: ExpressionBuilder<Schema, 'tasks'>, grouping: Grouping): ExpressionWrapper<Schema, 'tasks', string | Date> {
  return grouping === 'day' ? new ExpressionWrapper(fragments(db).dayOf(eb.ref('created_at')).toOperationNode()) : eb.ref(grouping)
}

function leadMs(db: Db, eb: ExpressionBuilder<Schema, 'tasks'>) {
  return eb(fragments(db).secondsBetween(eb.ref('created_at'), eb.ref('completed_at')), '*', eb.lit(1_000))
}

import { aggregateTasks } from '@lifeline/backbone/db/tasks/aggregate-tasks'
import { listTasks, type TaskFilter } from '@lifeline/backbone/db/tasks/list-tasks'
import { freshDatabase } from '@lifeline/testing/databases'
import { fillTasks } from '@lifeline/testing/fill-tasks'
import t from 'tap'
import { lookAt } from './plans.ts'

const UNTIL = new Date('2026-03-02T12:00:00.000Z')
const TASKS = 40_000
const LIMIT = 20
const day = (text: string) => new Date(text)

const OWNER = { principals: ['user:7', 'mailto:person555@example.org'], address: 'person555@example.org' }

/**
 * Lists, and how many rows of `tasks` may be looked at for each that is listed. Where many tasks match (a status, a label),
 * PostgreSQL may walk along the ids and leave the others out: some more, but no more in a bigger table.
 */
const LISTS: readonly (readonly [what: string, filter: TaskFilter, indexes: RegExp, most: number])[] = [
  ['everything', {}, /tasks_pkey/, 1],
  ['a status', { status: ['OnHold'] }, /tasks_status|tasks_pkey/, 50],
  ['several statuses', { status: ['OnHold', 'Cancelled'] }, /tasks_status|tasks_pkey/, 150],
  ['several statuses of what is old', { status: ['OnHold', 'Cancelled'], createdTo: day('2025-05-01') }, /tasks_status|tasks_pkey/, 150],
  ['overdue', { overdue: true }, /tasks_status|tasks_pkey/, 200],
  ['an assignee', { assignee: 'person100@example.org' }, /tasks_assignee/, 1],
  ['an assignee, what is old', { assignee: 'person100@example.org', createdTo: day('2025-09-01') }, /tasks_assignee/, 2],
  ['a creator', { createdBy: 'mailto:person555@example.org' }, /tasks_created_by/, 1],
  ['nobody', { createdBy: 'mailto:nobody@example.org' }, /tasks_created_by/, 0],
  ['a label', { label: 'label3' }, /task_labels/, 100],
  ['an old day', { createdFrom: day('2025-04-04'), createdTo: day('2025-04-05') }, /tasks_pkey/, 1],
  ['one person’s own', { owner: OWNER }, /tasks_assignee.*tasks_created_by/, 4],
  ['one person’s own of a status', { owner: OWNER, status: ['Completed'] }, /tasks_assignee.*tasks_created_by/, 8],
  ['what is old', { createdTo: day('2025-04-05') }, /tasks_pkey/, 1],
]

t.test('postgres: lists and aggregates look at few tasks, however many there are', async (t) => {
  const db = await freshDatabase(t, 'postgres')
  await fillTasks(db, TASKS, { until: UNTIL })
  for (const [what, filter, wanted, most] of LISTS) {
    for (const from of ['first', 'deep']) {
      const [last] = from === 'deep' ? (await listTasks(db, filter, { limit: 1_000 })).slice(-LIMIT) : []
      const { indexes, taskRows } = await lookAt(db, (db) =>
        listTasks(db, filter, { limit: LIMIT, ...(last === undefined ? {} : { afterId: last.id }) }),
      )
      t.match(indexes.join(), wanted, `${what}, ${from}`)
      t.ok(taskRows <= LIMIT * most, `${what}, ${from}: looked at ${taskRows} tasks`)
    }
  }
  for (const groupBy of ['status', 'assignee', 'day'] as const) {
    const all = await lookAt(db, (db) => aggregateTasks(db, groupBy, {}, 200))
    t.equal(all.taskRows, 0, `by ${groupBy}: no task is read`)
    const created = { from: day('2025-03-10T12:00:00Z'), to: day('2026-02-20T12:00:00Z') }
    const some = await lookAt(db, (db) => aggregateTasks(db, groupBy, created, 200))
    // Half a day at either end, once for sums and once for lead times; then 41 days of two months by assignee, or the days again.
    const days = { status: 2, day: 3, assignee: 2 + 2 * 41 }[groupBy]
    t.ok(some.taskRows <= (days * 1.1 * TASKS) / 365, `by ${groupBy}: ${some.taskRows} tasks`)
    t.ok(some.indexes.includes('tasks_pkey'), `by ${groupBy}: ${some.indexes.join(', ')}`)
  }
})

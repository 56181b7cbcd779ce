import { commitOne } from '@lifeline/backbone/db/commit'
import { foldDeltas } from '@lifeline/backbone/db/rollups/fold-deltas'
import type { Db } from '@lifeline/backbone/db/schema'
import { aggregateTasks, aggregateTasksPlainly, type TaskGrouping } from '@lifeline/backbone/db/tasks/aggregate-tasks'
import { changeTask } from '@lifeline/backbone/db/tasks/change-tasks'
import type { TaskCommand } from '@lifeline/backbone/db/tasks/decide'
import { TASK_STATUSES } from '@lifeline/backbone/db/tasks/status'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase } from '@lifeline/testing/databases'
import fc from 'fast-check'
import t from 'tap'
import { ANN, givenTask } from '../db/given-task.ts'
import { addUpTasks } from './add-up.ts'

const GROUPINGS: readonly TaskGrouping[] = ['status', 'assignee', 'day']
const [FIRST, LAST] = [Date.UTC(2026, 0, 30, 20), Date.UTC(2026, 2, 3, 4)]

/** Often at the very beginning of a day or month, where a range ends between two rollups. */
const instant = fc.oneof(
  fc.integer({ min: FIRST, max: LAST }).map((ms) => new Date(ms)),
  fc.constantFrom('2026-02-01', '2026-02-02', '2026-02-28', '2026-03-01', '2026-01-31').map((day) => new Date(day)),
  fc.constantFrom('2026-01-31T23:59:59.999Z', '2026-02-14T12:00:00Z').map((at) => new Date(at)),
)
const assignee = fc.constantFrom('ann@example.org', 'bob@example.org', 'Cem@example.org')
const dueAt = fc.oneof(fc.constant(null), instant)

const command = fc.oneof<fc.Arbitrary<TaskCommand>[]>(
  fc.constantFrom(...TASK_STATUSES).map((to) => ({ do: 'move', to, reason: null })),
  assignee.map((assignee) => ({ do: 'edit', edit: { assignee } })),
  dueAt.map((dueAt) => ({ do: 'edit', edit: { dueAt } })),
  fc.constant({ do: 'edit', edit: { title: 'Other', labels: ['x'] } }),
  fc.constant({ do: 'wake' }),
  fc.constant({ do: 'delete' }),
)

type Step =
  | { do: 'create'; at: Date; assignee: string; dueAt: Date | null }
  | { do: 'change'; which: number; command: TaskCommand; at: Date }
  | { do: 'fold'; limit: number; folders: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('create' as const), at: instant, assignee, dueAt }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('change' as const), which: fc.nat(), command, at: instant }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('fold' as const), limit: fc.integer({ min: 1, max: 5 }), folders: fc.constantFrom(1, 2) }),
  },
)
const range = fc.record({ from: instant, to: instant }, { requiredKeys: [] })

async function run(db: Db, steps: readonly Step[], together: boolean) {
  const ids: string[] = []
  for (const step of steps) {
    if (step.do === 'create') ids.push((await givenTask(db, { now: step.at, assignee: step.assignee, dueAt: step.dueAt })).id)
    else if (step.do === 'change') {
      const id = ids[step.which % ids.length]
      if (id !== undefined) await commitOne(db, changeTask, { id, command: step.command, actor: ANN, now: step.at })
    } else {
      const folders = together ? step.folders : 1
      await Promise.all(Array.from({ length: folders }, () => foldDeltas(db, step.limit)))
    }
  }
}

async function empty(db: Db) {
  for (const table of ['task_deltas', 'task_rollups', 'task_labels', 'task_logs', 'tasks', 'outbox'] as const)
    await db.deleteFrom(table).execute()
}

for (const engine of new Set([...ENGINES, ...CONCURRENT_ENGINES])) {
  t.test(`${engine}: whatever happened, and whatever was folded meanwhile, the aggregate is the sum of the tasks`, async (t) => {
    const db = await freshDatabase(t, engine)
    const together = CONCURRENT_ENGINES.includes(engine)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), range, range, async (steps, one, other) => {
        await empty(db)
        await run(db, steps, together)
        for (const created of [{}, one, other]) {
          for (const groupBy of GROUPINGS) {
            const expected = await addUpTasks(db, groupBy, created)
            t.strictSame(await aggregateTasks(db, groupBy, created, 200), expected, groupBy)
            t.strictSame(await aggregateTasksPlainly(db, groupBy, created, 200), expected, `${groupBy}, plainly`)
          }
        }
        // What is left must not only add up together with the deltas.
        while ((await foldDeltas(db, 1_000)) > 0);
        t.strictSame(await aggregateTasks(db, 'assignee', {}, 200), await addUpTasks(db, 'assignee', {}), 'all folded')
        if (!t.passing()) throw new Error('not equal')
      }),
      // Always the same histories: the statements that they send to Oracle are held to the reviewed ones.
      { numRuns: 15, seed: 20_260_302 },
    )
  })
}

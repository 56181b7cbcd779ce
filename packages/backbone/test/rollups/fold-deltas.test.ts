import { setTimeout as sleep } from 'node:timers/promises'
import { commitOne } from '@lifeline/backbone/db/commit'
import { countDeltas, foldDeltas } from '@lifeline/backbone/db/rollups/fold-deltas'
import { splitRange } from '@lifeline/backbone/db/rollups/periods'
import type { Db } from '@lifeline/backbone/db/schema'
import { addTask, type NewTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { aggregateTasks, readAggregate, tasksAlone } from '@lifeline/backbone/db/tasks/aggregate-tasks'
import { changeTask } from '@lifeline/backbone/db/tasks/change-tasks'
import type { TaskRow } from '@lifeline/backbone/db/tasks/task'
import { inSnapshot } from '@lifeline/backbone/db/transaction'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { ANN, at, givenMoves, givenTask } from '../db/given-task.ts'
import { addUpTasks } from './add-up.ts'

const TASK: NewTask = { title: 'x', assignee: 'bob@example.org', actor: ANN, now: at('12:00:00') }

for (const engine of ENGINES) {
  t.test(`${engine}: a change writes one delta, or none when no sum can tell`, async (t) => {
    const db = await freshDatabase(t, engine)
    const task = await givenTask(db, { now: at('12:00:00') })
    const edit = (edit: object) =>
      commitOne(db, changeTask, { id: task.id, command: { do: 'edit', edit }, actor: ANN, now: at('12:10:00') })
    t.equal(await countDeltas(db), 1)
    await edit({ title: 'Other', labels: ['red'], description: 'Long' })
    t.equal(await countDeltas(db), 1)
    await edit({ assignee: 'eve@example.org', dueAt: at('13:00:00') })
    await givenMoves(db, task, [['InProgress', at('12:20:00')]])
    const [, second, third] = await db.selectFrom('task_deltas').selectAll().orderBy('seq').execute()
    const pending = { day: at('00:00:00'), from_status: 'Pending', from_breached: 0, from_lead_ms: null, to_breached: 0, to_lead_ms: null }
    t.match(second, { ...pending, from_assignee: 'bob@example.org', from_due: 0, to_assignee: 'eve@example.org', to_due: 1 })
    t.match(third, { ...pending, from_assignee: 'eve@example.org', from_due: 1, to_status: 'InProgress' })
  })

  t.test(`${engine}: folding takes the oldest, at most so many, and rolls days and months up`, async (t) => {
    const db = await freshDatabase(t, engine)
    for (const assignee of ['bob@example.org', 'bob@example.org', 'eve@example.org']) {
      const task = await givenTask(db, { assignee, now: at('12:00:00'), dueAt: at('12:30:00') })
      await givenMoves(db, task, [
        ['InProgress', at('12:01:00')],
        ['Completed', at('12:20:00')],
      ])
    }
    t.equal(await foldDeltas(db, 4), 4)
    t.equal(await foldDeltas(db, 100), 5)
    t.equal(await foldDeltas(db, 100), 0)
    const rows = await db.selectFrom('task_rollups').selectAll().where('tasks', '>', 0).orderBy('id').execute()
    const sums = { completed: 2, overdue: 0, due: 2, breached: 0, lead_ms: 2_400_000, leads: '[706,2]' }
    t.match(rows, [
      {
        id: 'assignee/2026-03/bob@example.org',
        slice: 'assignee',
        period: new Date('2026-03-01'),
        name: 'bob@example.org',
        tasks: 2,
        ...sums,
      },
      { id: 'assignee/2026-03/eve@example.org', name: 'eve@example.org', tasks: 1, leads: '[706,1]' },
      { id: 'status/2026-03-02/Completed', slice: 'status', period: new Date('2026-03-02'), name: 'Completed', tasks: 3, leads: '[706,3]' },
    ])
    t.equal(rows.length, 3)
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: a delta that is committed after later ones is not lost`, async (t) => {
    const db = await freshDatabase(t, engine)
    const [written, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const late = addSlowly(db, [{ ...TASK, assignee: 'late@example.org' }], async () => {
      written.resolve()
      await commit.promise
    })
    await written.promise
    await givenTask(db)
    t.equal(await foldDeltas(db, 10), 1)
    commit.resolve()
    await late
    t.strictSame(await aggregateTasks(db, 'assignee', {}, 10), await addUpTasks(db, 'assignee', {}), 'before it is folded')
    t.equal(await foldDeltas(db, 10), 1)
    t.strictSame(await aggregateTasks(db, 'assignee', {}, 10), await addUpTasks(db, 'assignee', {}), 'and after')
  })

  t.test(`${engine}: while many write, some commit late and two fold, every snapshot adds up`, async (t) => {
    const db = await freshDatabase(t, engine)
    let writing = true
    const writers = Promise.all([1, 2, 3, 4].map((n) => write(db, n))).finally(() => {
      writing = false
    })
    const folders = [1, 2].map(async (n) => {
      while (writing) {
        await foldDeltas(db, 7 * n).catch(ignoreRace)
        await sleep(5 * n)
      }
    })
    let looks = 0
    while (writing) {
      for (const groupBy of ['status', 'assignee', 'day'] as const) {
        await inSnapshot(db, async (trx) => {
          const created = looks % 3 === 0 ? {} : { from: at('11:30:00'), to: new Date('2026-04-03') }
          const fast = await readAggregate(trx, groupBy, created, 200, splitRange)
          t.strictSame(fast, await readAggregate(trx, groupBy, created, 200, tasksAlone), groupBy)
        })
      }
      looks++
    }
    await Promise.all([writers, ...folders])
    t.ok(looks >= 3, `${looks} looks`)
    t.strictSame(await aggregateTasks(db, 'day', {}, 200), await addUpTasks(db, 'day', {}))
    while ((await foldDeltas(db, 1_000)) > 0);
    t.strictSame(await aggregateTasks(db, 'assignee', {}, 200), await addUpTasks(db, 'assignee', {}))
    t.equal((await aggregateTasks(db, 'status', {}, 5)).total.tasks, 4 * ROUNDS * 3)
  })
}

const ROUNDS = 15

/** Adds tasks in a transaction that is committed only after `hold`. */
function addSlowly(db: Db, tasks: readonly NewTask[], hold: () => Promise<unknown>): Promise<TaskRow[]> {
  return db.transaction().execute(async (trx) => {
    const rows: TaskRow[] = []
    for (const decided of await addTask.decide(trx, tasks)) {
      if ('error' in decided) throw decided.error
      rows.push(decided.output)
      for (const { table, row } of decided.write?.inserts ?? []) await trx.insertInto(table).values(row).execute()
    }
    await hold()
    return rows
  })
}

/** Adds three tasks a round in a transaction that stays open for a while, and moves one of them. */
async function write(db: Db, n: number) {
  for (let round = 0; round < ROUNDS; round++) {
    const now = new Date(at('11:00:00').getTime() + round * 6 * 3_600_000)
    const tasks = [1, 2, 3].map((i) => ({ ...TASK, assignee: `person${(n + i) % 4}@example.org`, now }))
    const rows = await addSlowly(db, tasks, () => sleep((n * round) % 30))
    await givenMoves(db, rows[0] as (typeof rows)[number], [
      ['InProgress', now],
      ['Completed', new Date(now.getTime() + 1_000 * round)],
    ])
  }
}

/** Whoever lost three races in a row tries again, as the clock does. */
function ignoreRace(error: Error & { code?: string }) {
  if (error.code !== 'contended' && error.code !== 'deadlock') throw error
}

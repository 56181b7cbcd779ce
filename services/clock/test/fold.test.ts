import { openDatabase } from '@lifeline/backbone/db/open'
import { countDeltas } from '@lifeline/backbone/db/rollups/fold-deltas'
import type { Db } from '@lifeline/backbone/db/schema'
import { aggregateTasks, aggregateTasksPlainly } from '@lifeline/backbone/db/tasks/aggregate-tasks'
import { registry } from '@lifeline/backbone/process/metrics'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase, freshDatabaseUrl } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t, { type Test } from 'tap'
import { makeFold } from '../src/fold.ts'
import { startClock } from '../src/start-clock.ts'
import { givenTasks, NINE, tickOptions } from './given-task.ts'

const read = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values[0]?.value

async function sameAsTasks(t: Test, db: Db) {
  t.strictSame(await aggregateTasks(db, 'assignee', {}, 10), await aggregateTasksPlainly(db, 'assignee', {}, 10))
}

for (const engine of ENGINES) {
  t.test(`${engine}: a running clock folds what has changed, and counts it`, async (t) => {
    const db = await freshDatabase(t, engine)
    const before = (await read('task_deltas_folded_total')) ?? 0
    await givenTasks(db, 20)
    const options = tickOptions(db, virtualClock(NINE))
    const running = startClock({ ...options, secrets: makeSecrets('a secret of tests, for nothing that lasts') })
    t.after(() => running.stop())
    await eventually(async () => (await countDeltas(db)) === 0)
    await eventually(async () => (await read('task_deltas_folded_total')) === before + 20)
    t.equal(await read('task_deltas_waiting'), 0)
    await sameAsTasks(t, db)
    t.notOk(options.lines.some(({ level }) => level >= 40))
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: several clocks fold the same changes once, and nobody takes the race for a defect`, async (t) => {
    const url = await freshDatabaseUrl(t, engine)
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase(url)))
    t.after(() => Promise.all(databases.map((one) => one.destroy())))
    const [db] = databases as [Db]
    for (let round = 0; round < 10; round++) {
      await givenTasks(db, 20, { assignee: `person${round}@example.org` })
      await Promise.all(databases.map((one) => makeFold(one)(new AbortController().signal)))
    }
    await makeFold(db)(new AbortController().signal)
    t.equal(await countDeltas(db), 0)
    await sameAsTasks(t, db)
    t.equal((await aggregateTasks(db, 'status', {}, 5)).total.tasks, 200)
  })
}

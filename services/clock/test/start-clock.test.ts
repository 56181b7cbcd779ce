import { makeSecrets } from '@lifeline/backbone/process/secrets'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t from 'tap'
import { startClock } from '../src/start-clock.ts'
import { givenTask, listWakes, NINE, NOON, tickOptions } from './given-task.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: a running clock lets deadlines pass, and stops at once when it is told to`, async (t) => {
    const db = await freshDatabase(t, engine)
    const clock = virtualClock(NINE)
    const options = tickOptions(db, clock)
    const running = startClock({ ...options, secrets: makeSecrets('a secret of tests, for nothing that lasts') })
    t.after(() => running.stop())
    const task = await givenTask(db)
    clock.set(NOON)
    await eventually(async () => (await listWakes(db, task)).length > 0)
    const from = performance.now()
    await running.stop()
    t.ok(performance.now() - from < 2_000)
    t.notOk(options.lines.some(({ level }) => level >= 40))
    const second = await givenTask(db)
    t.strictSame(await listWakes(db, second), [])
  })
}

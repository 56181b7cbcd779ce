import { openDatabase } from '@lifeline/backbone/db/open'
import { CONCURRENT_ENGINES, freshDatabaseUrl } from '@lifeline/testing/databases'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t from 'tap'
import { tick } from '../src/tick.ts'
import { givenTasks, NOON, tickOptions } from './given-task.ts'

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: however many clocks tick at once, each deadline passes once`, async (t) => {
    const url = await freshDatabaseUrl(t, engine)
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase(url)))
    const [db] = databases
    t.after(() => Promise.all(databases.map((one) => one.destroy())))
    if (db === undefined) return
    await givenTasks(db, 500)
    const clocks = databases.map((one) => tickOptions(one, virtualClock(NOON)))
    const passAll = async (options: (typeof clocks)[number]) => {
      for (let more = true; more; ) more = await tick(options)
    }
    await Promise.all(clocks.map(passAll))
    const logs = await db.selectFrom('task_logs').select(['task_id', 'version']).where('action', '=', 'deadline_passed').execute()
    t.equal(logs.length, 500)
    t.equal(new Set(logs.map(({ task_id }) => task_id)).size, 500)
    const events = await db.selectFrom('outbox').select('message_id').where('routing_key', '=', 'task.deadline.passed').execute()
    t.equal(new Set(events.map(({ message_id }) => message_id)).size, 500)
    t.equal(events.length, 500)
    for (const { lines } of clocks)
      t.notOk(
        lines.some(({ level }) => level >= 50),
        'nobody takes the race for a defect',
      )
  })
}

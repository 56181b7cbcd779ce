import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t from 'tap'
import { tick } from '../src/tick.ts'
import { getRow, givenTask, givenTasks, listWakes, NOON, tickOptions } from './given-task.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: a task that cannot be woken does not hold up the others, and is tried again in a minute`, async (t) => {
    const db = await freshDatabase(t, engine)
    const clock = virtualClock(NOON)
    const options = tickOptions(db, clock)
    const poisoned = await givenTask(db, { remindBefore: ['PT1H'], dueAt: NOON })
    const healthy = await givenTasks(db, 5)
    await db
      .updateTable('tasks')
      .set({ remind_before: '["PT1H"', wake_at: new Date(0) })
      .where('id', '=', poisoned.id)
      .execute()

    await tick(options)
    for (const task of healthy) t.equal((await listWakes(db, task)).length, 1)
    t.strictSame(await listWakes(db, poisoned), [])
    t.match(await getRow(db, poisoned), { wake_at: new Date(NOON.getTime() + 60_000), version: 1 })
    t.match(options.lines, [{ level: 50, taskId: poisoned.id, msg: /could not be woken/ }])

    await tick(options)
    t.equal(options.lines.length, 1, 'not at every tick')

    await db.updateTable('tasks').set({ remind_before: '["PT1H"]' }).where('id', '=', poisoned.id).execute()
    clock.advance(60_000)
    await tick(options)
    t.strictSame(await listWakes(db, poisoned), ['deadline_passed 2026-03-02T12:01:00.000Z'])
  })

  t.test(`${engine}: a wake at which nothing is due is put right, not found again at every tick`, async (t) => {
    const db = await freshDatabase(t, engine)
    const task = await givenTask(db)
    const nine = new Date('2026-03-02T09:00:00.000Z')
    await db.updateTable('tasks').set({ wake_at: nine }).where('id', '=', task.id).execute()
    await tick(tickOptions(db, virtualClock(nine)))
    t.match(await getRow(db, task), { wake_at: NOON, version: 1 })
    t.strictSame(await listWakes(db, task), [])
  })
}

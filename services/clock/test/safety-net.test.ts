import { registry } from '@lifeline/backbone/process/metrics'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t from 'tap'
import { repairOnce } from '../src/start-clock.ts'
import { tick } from '../src/tick.ts'
import { change, getRow, givenTask, listWakes, moveTo, NOON, TEN, tickOptions } from './given-task.ts'

const countRepaired = async () => (await registry.getSingleMetric('wakes_repaired_total')?.get())?.values[0]?.value ?? 0

for (const engine of ENGINES) {
  t.test(`${engine}: an overdue task that lost its wake is found, counted, logged as an error, and passes`, async (t) => {
    const db = await freshDatabase(t, engine)
    const clock = virtualClock(NOON)
    const options = tickOptions(db, clock)
    const [lost, late, fine, onHold, notDue] = [
      await givenTask(db),
      await givenTask(db),
      await givenTask(db),
      await givenTask(db),
      await givenTask(db, { dueAt: new Date(NOON.getTime() + 1) }),
    ]
    await change(db, onHold, moveTo('OnHold'), TEN)
    await db.updateTable('tasks').set({ wake_at: null }).where('id', 'in', [lost.id, notDue.id]).execute()
    await db
      .updateTable('tasks')
      .set({ wake_at: new Date('2030-01-01T00:00:00Z') })
      .where('id', '=', late.id)
      .execute()
    const before = await countRepaired()

    await tick(options)
    t.strictSame([await listWakes(db, lost), await listWakes(db, late)], [[], []])
    t.equal((await listWakes(db, fine)).length, 1)

    t.equal(await repairOnce(options), 2)
    t.equal((await countRepaired()) - before, 2)
    t.match(options.lines, [{ level: 50, tasks: 2 }])
    await tick(options)
    for (const task of [lost, late]) t.match(await getRow(db, task), { deadline_passed_at: NOON, wake_at: null })
    t.strictSame([await listWakes(db, onHold), await listWakes(db, notDue)], [[], []])

    t.equal(await repairOnce(options), 0)
    t.equal(options.lines.length, 1, 'nothing found is nothing said')
  })
}

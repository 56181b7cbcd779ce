import { addDeliveries, claimDeliveries, countDeliveries, renewDeliveries } from '@lifeline/backbone/db/deliveries/deliveries'
import { pingDatabase } from '@lifeline/backbone/db/migrate'
import { outboxBacklog } from '@lifeline/backbone/db/outbox/backlog'
import { earliestWakes, nextWakeOf } from '@lifeline/backbone/db/wake-rows'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { at, givenTask } from './given-task.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: the next wake is the earliest, or none`, async (t) => {
    const db = await freshDatabase(t, engine)
    t.equal(await nextWakeOf(db, 'tasks'), null)
    await givenTask(db, { dueAt: at('18:00:00') })
    await givenTask(db, { dueAt: at('17:00:00') })
    await givenTask(db)
    t.strictSame(await nextWakeOf(db, 'tasks'), at('17:00:00'))
    t.strictSame(await earliestWakes(db, ['notifications', 'tasks', 'maintenance_windows']), {
      notifications: null,
      tasks: at('17:00:00'),
      maintenance_windows: null,
    })
  })

  t.test(`${engine}: the backlog counts what waits, and says since when`, async (t) => {
    const db = await freshDatabase(t, engine)
    t.strictSame(await outboxBacklog(db), { waiting: 0, oldest: null })
    const from = Date.now()
    await givenTask(db)
    const { waiting, oldest } = await outboxBacklog(db)
    t.equal(waiting, 1)
    t.ok((oldest?.getTime() ?? 0) >= from - 1)
  })

  t.test(`${engine}: a lease that is renewed keeps others away`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = { message_id: 'm', position: 1, exchange: 'events', routing_key: 'task.created', headers: '{}', body: '{}' }
    await addDeliveries(db, [{ ...row, queue: 'q' }], at('12:00:00'))
    const claim = (consumer: string, machineNow: Date, leaseUntil: Date) =>
      claimDeliveries(db, { queue: 'q', consumer, inHand: [], limit: 5, machineNow, leaseUntil })
    t.equal((await claim('one', at('12:00:01'), at('12:00:30'))).length, 1)
    await renewDeliveries(db, 'one', at('12:01:00'))
    t.equal((await claim('two', at('12:00:40'), at('12:02:00'))).length, 0)
    t.equal(await countDeliveries(db, 'q', at('12:00:40')), 0)
    t.equal(await countDeliveries(db, 'q', at('12:01:01')), 1)
    t.match(await claim('two', at('12:01:01'), at('12:02:00')), [{ redeliveries: 1 }])
  })

  t.test(`${engine}: a database that is there answers a ping`, async (t) => {
    await t.resolves(pingDatabase(await freshDatabase(t, engine)))
  })
}

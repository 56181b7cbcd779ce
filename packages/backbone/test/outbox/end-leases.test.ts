import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { openEmbedded } from '../../src/broker/embedded/open.ts'
import { commitOne } from '../../src/db/commit.ts'
import { claimDeliveries } from '../../src/db/deliveries/deliveries.ts'
import { endLeases } from '../../src/db/end-leases.ts'
import { makeWriter } from '../../src/db/group-commit.ts'
import { addNotifications } from '../../src/db/notifications/add-notifications.ts'
import { announceDueNotifications } from '../../src/db/notifications/announce-notifications.ts'
import { claimNotification } from '../../src/db/notifications/change-notification.ts'
import { leaseShards } from '../../src/db/outbox/shards.ts'
import { givenEvent, listLeases, log } from './given-outbox.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: where only one process can have the database, it need not wait for the leases of the one before it`, async (t) => {
    const db = await freshDatabase(t, engine)
    const now = new Date()
    const later = new Date(now.getTime() + 30_000)
    const queue = 'coordinator:task.created'
    const claim = (consumer: string) =>
      claimDeliveries(db, { queue, consumer, inHand: [], limit: 5, machineNow: new Date(), leaseUntil: later })
    await openEmbedded(db, { log }).publish([givenEvent('a1')])
    t.equal((await claim('dead')).length, 1)
    t.strictSame((await leaseShards(db, [3], 'dead', now)).leased, [3])
    const intent = { channel: 'email' as const, recipient: 'ann@example.org', template: 'task.created', data: {} }
    await commitOne(db, addNotifications, {
      cause: { id: 'task/1@1', subject: 'task/1' },
      principals: [],
      intents: () => [intent],
      machineNow: now,
    })
    const { id } = await db.selectFrom('notifications').select('id').executeTakeFirstOrThrow()
    await commitOne(db, claimNotification, { id, machineNow: now })
    t.strictSame([await claim('heir'), await announceDueNotifications(db, makeWriter(db), new Date(), 10)], [[], 0])

    await endLeases(db)
    t.match(await claim('heir'), [{ message_id: 'a1', redeliveries: 1 }], 'it may be what killed the other')
    t.strictSame(await listLeases(db), [])
    t.equal(await announceDueNotifications(db, makeWriter(db), new Date(), 10), 1)
    t.match(await commitOne(db, claimNotification, { id, machineNow: new Date() }), { kind: 'claimed', row: { attempts: 2 } })
  })
}

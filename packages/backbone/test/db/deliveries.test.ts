import { addDeliveries } from '@lifeline/backbone/db/deliveries/deliveries'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'

const delivery = (message_id: string, body: string) => ({
  queue: 'coordinator:task.created',
  message_id,
  position: 1,
  exchange: 'events',
  routing_key: 'task.created',
  headers: '{}',
  body,
})

for (const engine of ENGINES) {
  t.test(`${engine}: of messages that are put into a queue again only new ones are added, and the first stays as it is`, async (t) => {
    const db = await freshDatabase(t, engine)
    const now = new Date()
    await addDeliveries(db, [delivery('a', 'first'), delivery('a', 'twice in one batch')], now)
    await addDeliveries(db, [delivery('b', 'new'), delivery('a', 'again')], now)
    await addDeliveries(db, [delivery('a', 'and again')], now)
    const rows = await db.selectFrom('deliveries').select(['message_id', 'body']).orderBy('message_id').execute()
    t.strictSame(
      rows.map(({ message_id, body }) => [message_id, body]),
      [
        ['a', 'first'],
        ['b', 'new'],
      ],
    )
  })
}

import type { Broker } from '@lifeline/backbone/broker/port'
import type { Db } from '@lifeline/backbone/db/schema'
import t from 'tap'
import { givenEvent } from './given-event.ts'
import { startTestCoordinator, watchSettles } from './start-test-coordinator.ts'

async function countRows(db: Db, table: 'notifications' | 'outbox') {
  const row = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return row.rows
}

t.test('an event is acknowledged after its notifications are stored and announced', async (t) => {
  const seen: unknown[] = []
  const watch = watchSettles(async (how) => {
    seen.push({ how, notifications: await countRows(db, 'notifications'), outbox: await countRows(db, 'outbox') })
  })
  const { db, handle } = await startTestCoordinator(t, { watch })
  await handle(givenEvent('moved'))
  t.strictSame(seen, [{ how: 'ack', notifications: 2, outbox: 2 }])
})

t.test('poison goes to dead-letters after its alert is stored', async (t) => {
  const seen: unknown[] = []
  const watch = watchSettles(async (how) => void seen.push({ how, outbox: await countRows(db, 'outbox') }))
  const { db, handle } = await startTestCoordinator(t, { watch })
  await handle({ ...givenEvent('moved'), body: 'no JSON' })
  t.strictSame(seen, [{ how: 'deadLetter', outbox: 1 }])
})

t.test('while the broker refuses to settle, it is asked again, and the alert stays one', async (t) => {
  let refusals = 0
  const watch = watchSettles(async () => {
    if (refusals++ < 3) throw new Error('The channel is closed.')
  })
  const { db, handle, listDeadLetters, listNotifications } = await startTestCoordinator(t, { watch })
  await handle({ ...givenEvent('moved'), body: 'no JSON' })
  t.equal((await listDeadLetters()).length, 1)
  t.equal(await countRows(db, 'outbox'), 1)
  refusals = 0
  await handle(givenEvent('moved', { version: 3 }))
  t.equal((await listNotifications()).length, 2)
})

t.test('a message whose consumers all died goes to dead-letters, and somebody hears of it', async (t) => {
  // What is left when five processes in a row were killed with it in hand.
  const watch = (broker: Broker): Broker => ({
    ...broker,
    consume: (queue, prefetch, take) => broker.consume(queue, prefetch, (message, settle) => take({ ...message, redeliveries: 5 }, settle)),
  })
  const { db, handle, listDeadLetters } = await startTestCoordinator(t, { watch })
  await handle(givenEvent('moved'))
  const [dead] = await listDeadLetters()
  t.match(JSON.parse(dead?.headers ?? '{}')['app-reason'], /^delivery_limit: 6 consumers died/)
  t.equal(await countRows(db, 'notifications'), 0)
  t.equal(await countRows(db, 'outbox'), 1, 'the alert')
})

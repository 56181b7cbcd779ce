import { freshVhost } from '@lifeline/testing/brokers'
import { startProxy } from '@lifeline/testing/tcp-proxy'
import t from 'tap'
import { DELIVERY_LIMIT } from '../../src/broker/topology.ts'
import { givenMessage } from './given-message.ts'
import { openForTest, openRaw } from './open-rabbitmq.ts'
import { until } from './until.ts'

t.test('a message whose consumer dies of it each time ends in dead-letters', async (t) => {
  const url = await freshVhost(t)
  const proxy = await startProxy(t, url)
  const broker = openForTest(t, proxy.url)
  let deliveries = 0
  await broker.publish([givenMessage({ messageId: 'poison' })])
  broker.consume('coordinator:task.created', 1, async () => {
    deliveries++
    proxy.cut()
  })
  const raw = await openRaw(t, url)
  await until('the dead letter', async () => (await raw.checkQueue('dead-letters')).messageCount === 1, 20_000)
  t.equal(deliveries, DELIVERY_LIMIT + 1)
  t.match(await raw.get('dead-letters', { noAck: true }), {
    properties: { messageId: 'poison', headers: { 'x-first-death-reason': 'delivery_limit' } },
  })
})

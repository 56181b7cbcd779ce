import { freshVhost } from '@lifeline/testing/brokers'
import t from 'tap'
import { openRabbitmq } from '../../src/broker/rabbitmq/open.ts'
import { givenMessage, givenMessages } from './given-message.ts'
import { openWithRaw } from './open-rabbitmq.ts'

t.test('what AMQP cannot hold fails for good, and disturbs no other message', async (t) => {
  const { broker } = await openWithRaw(t)
  const impossible = [
    givenMessage({ headers: { long: 'x'.repeat(70_000) } }),
    givenMessage({ routingKey: 'k'.repeat(256) }),
    givenMessage({ messageId: 'i'.repeat(256) }),
    givenMessage({ body: ' '.repeat(17 * 1024 * 1024) }),
  ]
  const outcomes = await broker.publish(impossible.flatMap((message) => [message, givenMessage()]))
  for (let i = 0; i < outcomes.length; i += 2) {
    t.match(outcomes[i], { kind: 'failed', permanent: true, error: Error })
    t.strictSame(outcomes[i + 1], { kind: 'confirmed' })
  }
})

t.test('an exchange that only a newer release knows is a passing failure', async (t) => {
  const { broker } = await openWithRaw(t)
  const outcomes = await broker.publish([givenMessage({ exchange: 'jobs' }), givenMessage()])
  t.match(outcomes, [{ kind: 'failed', permanent: false, error: /no exchange 'jobs'/ }, { kind: 'confirmed' }])
})

t.test('an event that no queue of ours is bound to may be bound by others, through any of its keys', async (t) => {
  const { broker, raw } = await openWithRaw(t)
  const { queue } = await raw.assertQueue('theirs', { exclusive: true })
  await raw.bindQueue(queue, 'events', 'plain.word')
  const outcomes = await broker.publish([givenMessage({ routingKey: 'task.unheard', cc: ['plain.word'] })])
  t.strictSame(outcomes, [{ kind: 'confirmed' }])
  const taken = await raw.get(queue, { noAck: true })
  t.match(taken, { fields: { routingKey: 'task.unheard' }, properties: { deliveryMode: 2, contentType: 'application/json' } })
  const { timestamp } = (taken as { properties: { timestamp: number } }).properties
  t.ok(Math.abs(timestamp - Date.now() / 1000) < 5, 'in seconds')
})

t.test('an event that is returned although a queue of ours should have it is a failure', async (t) => {
  const { broker, raw } = await openWithRaw(t)
  await raw.unbindQueue('coordinator:task.created', 'events', '*.created')
  const [plain, byCc] = [givenMessage(), givenMessage({ routingKey: 'task.unheard', cc: ['task.created'] })]
  t.match(await broker.publish([plain, byCc, givenMessage({ routingKey: 'task.unheard' })]), [
    { kind: 'failed', permanent: false, error: /NO_ROUTE/ },
    { kind: 'failed', permanent: false, error: /NO_ROUTE/ },
    { kind: 'unheard' },
  ])
})

t.test('10,000 messages in flight are settled, each once', async (t) => {
  const { broker } = await openWithRaw(t)
  const batches = Array.from({ length: 20 }, () => broker.publish(givenMessages(500), { timeoutMs: 30_000 }))
  const outcomes = (await Promise.all(batches)).flat()
  t.equal(outcomes.filter(({ kind }) => kind === 'confirmed').length, 10_000)
  t.equal(await broker.countWaiting('coordinator:task.created'), 10_000)
})

t.test('after close() everything fails at once, what waits for the broker included', async (t) => {
  const broker = openRabbitmq(await freshVhost(t))
  const waiting = broker.publish([givenMessage()])
  await broker.close()
  const from = Date.now()
  t.match([...(await waiting), ...(await broker.publish([givenMessage()]))], [{ kind: 'failed' }, { kind: 'failed' }])
  t.strictSame(await broker.publish([]), [])
  t.ok(Date.now() - from < 100)
})

t.test('a URL that cannot be right is an error at once', async (t) => {
  t.throws(() => openRabbitmq('http://localhost'), /amqp:\/\/ or amqps:\/\//)
  t.throws(() => openRabbitmq('localhost:5672'))
})

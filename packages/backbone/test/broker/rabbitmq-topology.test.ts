import { freshVhost } from '@lifeline/testing/brokers'
import amqplib from 'amqplib'
import t from 'tap'
import { DEAD_LETTERS, LADDER, QUEUES } from '../../src/broker/topology.ts'
import { givenMessage } from './given-message.ts'
import { openForTest, openWithRaw, rawChannel } from './open-rabbitmq.ts'
import { until } from './until.ts'

const SAFE = { 'x-queue-type': 'quorum', 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }
const DECLARED: Record<string, Record<string, string | number>> = {
  ...Object.fromEntries(
    Object.keys(QUEUES).map((queue) => [queue, { ...SAFE, 'x-delivery-limit': 5, 'x-dead-letter-exchange': DEAD_LETTERS }]),
  ),
  ...Object.fromEntries(LADDER.map(({ name, ms }) => [name, { ...SAFE, 'x-message-ttl': ms, 'x-dead-letter-exchange': '' }])),
  [DEAD_LETTERS]: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000_000 },
}

t.test('queues are declared as designed', async (t) => {
  const { url, raw } = await openWithRaw(t)
  const connection = await amqplib.connect(url)
  t.after(() => connection.close())
  for (const [queue, args] of Object.entries(DECLARED)) {
    await raw.assertQueue(queue, { arguments: args })
    for (const name of Object.keys(args)) {
      // RabbitMQ refuses to declare a queue again with anything else.
      const { [name]: _, ...others } = args
      const channel = await rawChannel(connection)
      await t.rejects(channel.assertQueue(queue, { arguments: others }), { code: 406 }, `${queue} has ${name}`)
    }
  }
})

t.test('exchanges are declared as designed', async (t) => {
  const { raw } = await openWithRaw(t)
  await raw.assertExchange('events', 'topic')
  await raw.assertExchange('notification', 'direct')
  for (const { name } of LADDER) await raw.assertExchange(name, 'fanout')
  await raw.assertExchange(DEAD_LETTERS, 'fanout')
})

t.test('a queue or an exchange that somebody deletes is declared again', async (t) => {
  const { broker, raw } = await openWithRaw(t)
  const arrived: string[] = []
  broker.consume('coordinator:task.created', 5, async ({ messageId }, settle) => {
    arrived.push(messageId)
    await settle.ack()
  })
  const goesThrough = async (messageId: string) => {
    await until(`${messageId} confirmed`, async () => (await broker.publish([givenMessage({ messageId })]))[0]?.kind === 'confirmed')
    await until(`${messageId} to arrive`, () => arrived.includes(messageId))
  }
  await goesThrough('before')
  await raw.deleteQueue('coordinator:task.created')
  await goesThrough('after the queue')
  await raw.deleteExchange('events')
  await goesThrough('after the exchange')
})

t.test('a queue that exists with other arguments is named, and nothing is published past it', async (t) => {
  const url = await freshVhost(t)
  const connection = await amqplib.connect(url)
  t.after(() => connection.close())
  const raw = await rawChannel(connection)
  await raw.assertQueue('notification.email', { arguments: { 'x-queue-type': 'quorum' } })
  const broker = openForTest(t, url)
  await until('a reason', () => broker.health().detail?.includes('PRECONDITION_FAILED') ?? false)
  t.match(broker.health(), { connected: false, detail: /notification\.email/ })
  t.match(await broker.publish([givenMessage()], { timeoutMs: 200 }), [{ kind: 'failed', permanent: false }])
  await raw.deleteQueue('notification.email')
  await until('the connection', () => broker.health().connected)
})

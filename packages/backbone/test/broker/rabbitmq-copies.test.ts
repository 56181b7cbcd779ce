import type { ConfirmChannel, GetMessage, Options } from 'amqplib'
import t from 'tap'
import type { Received } from '../../src/broker/port.ts'
import { LADDER } from '../../src/broker/topology.ts'
import { openWithRaw } from './open-rabbitmq.ts'
import { until } from './until.ts'

const BYTES = Buffer.from([0xff, 0x00, 0xfe])
const PROPERTIES: Options.Publish = {
  messageId: 'from-elsewhere',
  type: 'a type',
  contentType: 'text/csv',
  timestamp: 1_700_000_000,
  headers: { text: 'kept', count: 3, flag: true, table: { kept: 'too' }, 'x-theirs': 'left out', rascal: { left: 'out' } },
  CC: ['not.ours'],
}

t.test('a dead letter keeps what it was, with the reason beside it', async (t) => {
  const { broker, raw } = await openWithRaw(t)
  broker.consume('coordinator:task.created', 1, async (_, settle) => await settle.deadLetter('r'.repeat(500)))
  raw.publish('events', 'task.created', BYTES, PROPERTIES)
  const { content, fields, properties } = await get(raw, 'dead-letters')
  t.ok(BYTES.equals(content))
  t.equal(fields.exchange, 'dead-letters')
  t.match(properties, { messageId: 'from-elsewhere', type: 'a type', contentType: 'text/csv', timestamp: 1_700_000_000, deliveryMode: 2 })
  const { 'app-first-at': firstAt, ...headers } = properties.headers ?? {}
  t.ok(Math.abs(Date.parse(firstAt) - Date.now()) < 10_000)
  t.strictSame(headers, {
    text: 'kept',
    count: 3,
    flag: true,
    table: { kept: 'too' },
    'app-reason': 'r'.repeat(200),
    'app-origin-queue': 'coordinator:task.created',
    'app-origin-exchange': 'events',
    'app-origin-routing-key': 'task.created',
  })
})

t.test('a copy on the ladder remembers where it came from, through any number of rungs', async (t) => {
  const { broker, raw } = await openWithRaw(t)
  const tries: Received[] = []
  broker.consume('coordinator:task.created', 1, async (message, settle) => {
    tries.push(message)
    await (message.attempt < 3 ? settle.retry(LADDER[0], 'not yet') : settle.deadLetter('never'))
  })
  raw.publish('events', 'task.created', BYTES, PROPERTIES)
  const { content, properties } = await get(raw, 'dead-letters')
  t.ok(BYTES.equals(content))
  t.match(properties.headers, {
    'app-attempt': 3,
    'app-last-error': 'not yet',
    'app-reason': 'never',
    'app-origin-exchange': 'events',
    'app-origin-routing-key': 'task.created',
    table: { kept: 'too' },
  })
  t.strictSame(
    Object.keys(properties.headers ?? {}).filter((name) => name.startsWith('x-') || name === 'rascal' || name === 'CC'),
    [],
  )
  t.match(
    tries,
    [1, 2, 3].map((attempt) => ({ attempt, routingKey: 'task.created', messageId: 'from-elsewhere' })),
  )
  t.equal(new Set(tries.slice(1).map(({ headers }) => headers['app-first-at'])).size, 1)
  t.strictSame(tries[0]?.headers, { text: 'kept', count: '3', flag: 'true' })
})

t.test('whatever others publish is handed over', async (t) => {
  const { broker, raw } = await openWithRaw(t)
  const arrived: Received[] = []
  broker.consume('coordinator:task.created', 10, async (message, settle) => {
    arrived.push(message)
    await settle.ack()
  })
  const odd: Options.Publish[] = [
    {},
    { contentType: 'application/json', contentEncoding: 'gzip' },
    { headers: { 'app-attempt': 'many' } },
    { headers: { 'app-attempt': -1 } },
    { headers: { rascal: { encryption: { name: 'unknown', iv: '00' } } } },
    { headers: { rascal: 'no table' } },
  ]
  for (const properties of odd) raw.publish('events', 'task.created', BYTES, properties)
  await until('all of them', () => arrived.length === odd.length)
  t.ok(arrived.every(({ attempt, body, messageId }) => attempt === 1 && body.equals(BYTES) && messageId === ''))
})

t.test('a message whose headers leave no room for ours is dead-lettered without them', async (t) => {
  const { broker, raw } = await openWithRaw(t)
  broker.consume('coordinator:task.created', 1, async (_, settle) => await settle.retry(LADDER[0], 'e'.repeat(200)))
  raw.publish('events', 'task.created', BYTES, { headers: { long: 'x'.repeat(65_400) } })
  const { properties } = await get(raw, 'dead-letters')
  t.match(properties.headers, { 'x-first-death-reason': 'rejected', 'x-first-death-queue': 'coordinator:task.created' })
})

async function get(raw: ConfirmChannel, queue: string): Promise<GetMessage> {
  await until(`a message in ${queue}`, async () => (await raw.checkQueue(queue)).messageCount > 0)
  const got = await raw.get(queue, { noAck: true })
  if (!got) throw new Error(`${queue} is empty`)
  // RabbitMQ adds it to whatever it reads from a quorum queue.
  delete got.properties.headers?.['x-delivery-count']
  return got
}

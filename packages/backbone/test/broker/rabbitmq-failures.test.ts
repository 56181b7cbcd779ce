import { setTimeout as sleep } from 'node:timers/promises'
import { startRabbitmq } from '@lifeline/testing/rabbitmq'
import t from 'tap'
import type { Broker, PublishOutcome } from '../../src/broker/port.ts'
import { openRabbitmq } from '../../src/broker/rabbitmq/open.ts'
import { collectGarbage } from './collect-garbage.ts'
import { givenMessage, givenMessages } from './given-message.ts'
import { openForTest } from './open-rabbitmq.ts'
import { until } from './until.ts'

const QUEUE = 'coordinator:task.created'
const server = await startRabbitmq()
t.after(() => server.dispose())
await server.addVhost('kill', 'away', 'freeze', 'close', 'alarm', 'emptied')

const connected = (broker: Broker) => until('the connection', () => broker.health().connected, 30_000)
const allFailed = (outcomes: PublishOutcome[]) => outcomes.every((outcome) => outcome.kind === 'failed' && !outcome.permanent)

t.test('kill -9 in the middle of publishing and consuming loses nothing that was confirmed', async (t) => {
  const broker = openForTest(t, `${server.url}/kill`)
  const confirmed = new Set<string>()
  const failed = new Set<string>()
  const handled = new Map<string, number>()
  const notSettledOnce: number[] = []
  broker.consume(QUEUE, 20, async ({ messageId }, settle) => {
    await sleep(1)
    handled.set(messageId, (handled.get(messageId) ?? 0) + 1)
    await settle.ack()
  })
  let publishing = true
  const publisher = async () => {
    while (publishing) {
      const batch = givenMessages(50)
      const outcomes = await broker.publish(batch, { timeoutMs: 1_000 })
      if (outcomes.filter(Boolean).length !== batch.length) notSettledOnce.push(outcomes.length)
      for (const [i, outcome] of outcomes.entries()) (outcome.kind === 'confirmed' ? confirmed : failed).add(batch[i]?.messageId ?? '')
      await sleep(5)
    }
  }
  const publishers = [publisher(), publisher(), publisher()]
  await until('a stream of messages', () => handled.size > 500)
  await server.kill9()
  t.ok(!broker.health().connected || (await until('the loss', () => !broker.health().connected)) === undefined)
  await server.start()
  const before = confirmed.size
  await until('the stream again', () => confirmed.size > before + 500, 30_000)
  publishing = false
  await Promise.all(publishers)
  await until('all confirmed messages', () => [...confirmed].every((id) => handled.has(id)), 20_000)
  t.strictSame(notSettledOnce, [])
  const twice = [...handled.values()].filter((times) => times > 1).length
  t.comment(`${confirmed.size} confirmed, ${failed.size} failed, ${handled.size} handled, ${twice} of them more than once`)
  t.ok(failed.size > 0, 'some were in flight')
})

t.test('a broker that is away at start is waited for', async (t) => {
  await server.kill9()
  const broker = openForTest(t, `${server.url}/away`)
  const arrived: string[] = []
  broker.consume(QUEUE, 5, async ({ messageId }, settle) => {
    arrived.push(messageId)
    await settle.ack()
  })
  const from = Date.now()
  t.ok(allFailed(await broker.publish(givenMessages(3), { timeoutMs: 300 })))
  const took = Date.now() - from
  t.ok(took >= 290 && took < 1_000, `settled after ${took} ms`)
  t.match(broker.health(), { connected: false, detail: /ECONNREFUSED/ })

  // Nothing is queued for it: what has failed lets go of its memory.
  const used = collectGarbage()
  for (let i = 0; i < 100; i++) await broker.publish(givenMessages(20, { body: 'x'.repeat(10_000) }), { timeoutMs: 1 })
  const grown = collectGarbage() - used
  t.ok(grown < 5_000_000, `${grown} bytes more after 20 MB that could not be published`)

  const waiting = broker.publish([givenMessage({ messageId: 'waited' })], { timeoutMs: 30_000 })
  await server.start()
  t.strictSame(await waiting, [{ kind: 'confirmed' }])
  await until('the message', () => arrived.includes('waited'))
})

t.test('a frozen broker fails publishing in time, is noticed, and is used again when it thaws', async (t) => {
  const broker = openForTest(t, `${server.url}/freeze?heartbeat=1`)
  const arrived = new Set<string>()
  broker.consume(QUEUE, 5, async ({ messageId }, settle) => {
    arrived.add(messageId)
    await settle.ack()
  })
  await connected(broker)
  await server.freeze()
  const from = Date.now()
  t.ok(allFailed(await broker.publish(givenMessages(10), { timeoutMs: 300 })))
  t.ok(Date.now() - from < 1_000)
  const used = collectGarbage()
  for (let i = 0; i < 60; i++) await broker.publish(givenMessages(100, { body: 'x'.repeat(10_000) }), { timeoutMs: 10 })
  const grown = collectGarbage() - used
  t.ok(grown < 20_000_000, `${grown} bytes more after 60 MB that could not be published`)
  await until('the loss', () => !broker.health().connected)
  await server.thaw()
  t.strictSame(await broker.publish([givenMessage({ messageId: 'thawed' })], { timeoutMs: 20_000 }), [{ kind: 'confirmed' }])
  await until('the message', () => arrived.has('thawed'), 20_000)
})

t.test('close() ends in time while the broker is frozen, with a message in hand', async (t) => {
  const broker = openRabbitmq(`${server.url}/close`)
  let taken = false
  broker.consume(QUEUE, 5, async (_, settle) => {
    taken = true
    await settle.retry({ name: 'retry.1s', ms: 1_000 }, 'no').catch(() => undefined)
  })
  await connected(broker)
  await server.freeze()
  t.after(() => server.thaw())
  const publishing = broker.publish([givenMessage()], { timeoutMs: 30_000 })
  await sleep(100)
  const from = Date.now()
  await broker.close()
  t.ok(Date.now() - from < 6_000, `closed after ${Date.now() - from} ms`)
  t.ok(allFailed(await publishing))
  t.notOk(taken)
})

t.test('a memory alarm stops publishing, says so, and does not stop consumption', async (t) => {
  const broker = openForTest(t, `${server.url}/alarm`)
  await connected(broker)
  await broker.publish(givenMessages(60))
  await server.ctl('set_vm_memory_high_watermark', '0.00001')
  t.ok(allFailed(await broker.publish(givenMessages(3), { timeoutMs: 500 })))
  t.match(broker.health(), { connected: false, detail: /blocked by the broker: .*memory/ })
  let handled = 0
  broker.consume(QUEUE, 5, async (_, settle) => {
    handled++
    await settle.ack()
  })
  await until('what was there', () => handled >= 60)
  const waiting = broker.publish([givenMessage()], { timeoutMs: 20_000 })
  await server.ctl('set_vm_memory_high_watermark', '0.8')
  t.strictSame(await waiting, [{ kind: 'confirmed' }])
})

t.test('a broker that has lost its topology gets it again before anything is published', async (t) => {
  const broker = openForTest(t, `${server.url}/emptied`)
  await connected(broker)
  const arrived: string[] = []
  broker.consume(QUEUE, 5, async ({ messageId }, settle) => {
    arrived.push(messageId)
    await settle.ack()
  })
  await server.ctl('delete_vhost', 'emptied')
  await until('the loss', () => !broker.health().connected)
  const message = givenMessage({ routingKey: 'task.status.updated', cc: ['task.created'] })
  const waiting = broker.publish([message], { timeoutMs: 20_000 })
  await server.addVhost('emptied')
  t.strictSame(await waiting, [{ kind: 'confirmed' }])
  await until('the message', () => arrived.length === 1)
  t.equal(await broker.countWaiting('coordinator:status.updated'), 1)
})

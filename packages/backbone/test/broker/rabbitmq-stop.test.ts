import { setTimeout as sleep } from 'node:timers/promises'
import { freshVhost } from '@lifeline/testing/brokers'
import { startProxy } from '@lifeline/testing/tcp-proxy'
import t from 'tap'
import { givenMessage } from './given-message.ts'
import { openForTest } from './open-rabbitmq.ts'
import { until } from './until.ts'

// An exception in one of Rascal's timers would fail the file: see subscribe.ts.
t.test('a connection that is lost while a consumer stops harms nothing', async (t) => {
  const proxy = await startProxy(t, await freshVhost(t))
  const broker = openForTest(t, proxy.url)
  let taken = 0
  let release = Promise.withResolvers<void>()
  const consume = () =>
    broker.consume('coordinator:task.created', 5, async (_, settle) => {
      taken++
      await release.promise
      await settle.ack()
    })

  const acknowledges = consume()
  await broker.publish([givenMessage()])
  await until('a message in hand', () => taken === 1)
  const stopped = acknowledges.stop()
  await sleep(20)
  release.resolve()
  await stopped.then(() => proxy.cut())
  await until('the loss', () => !broker.health().connected)

  release = Promise.withResolvers()
  const losesIt = consume()
  await broker.publish([givenMessage()])
  await until('a message in hand', () => taken >= 2)
  const from = Date.now()
  const ended = losesIt.stop()
  await sleep(20)
  proxy.cut()
  await until('the loss', () => !broker.health().connected)
  release.resolve()
  await ended
  t.ok(Date.now() - from < 5_000, `stopped after ${Date.now() - from} ms`)
  await sleep(300)
})

t.test('a connection that is lost between the last acknowledgement and the end of a consumer harms nothing', async (t) => {
  const proxy = await startProxy(t, await freshVhost(t))
  const broker = openForTest(t, proxy.url)
  const release = Promise.withResolvers<void>()
  let taken = 0
  const consumer = broker.consume('coordinator:task.created', 5, async (_, settle) => {
    taken++
    await release.promise
    await settle.ack()
    proxy.cut()
  })
  await broker.publish([givenMessage()])
  await until('a message in hand', () => taken === 1)
  const stopped = consumer.stop()
  await sleep(20)
  release.resolve()
  await stopped
  await sleep(300)
  t.pass('Rascal has looked for the channel')
})

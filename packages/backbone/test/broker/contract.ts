import { setTimeout as sleep } from 'node:timers/promises'
import { type Test, test } from 'tap'
import type { Broker, Received, Settle } from '../../src/broker/port.ts'
import { LADDER, type QueueName } from '../../src/broker/topology.ts'
import { givenMessage, givenMessages } from './given-message.ts'
import { until } from './until.ts'

/** The queues of one installation, empty at first, and any number of processes on it. */
export interface Installation {
  /** A broker as another process has it. Closed by `setUp`'s own clean-up. */
  open(): Promise<Broker>
  /** The process of this broker dies as by kill -9. Resolves when what it had in hand may be handed out again. */
  vanish(broker: Broker): Promise<void>
  /** False where a message without a body cannot be kept: to Oracle the empty text is null. Ours are JSON. */
  keepsEmptyBodies?: boolean
}

const CREATED: QueueName = 'coordinator:task.created'
const STATUS: QueueName = 'coordinator:status.updated'
const ONE_SECOND = LADDER[0]

/** What the port promises, whatever is behind it. */
export function brokerContract(name: string, setUp: (t: Test) => Promise<Installation>): void {
  const check = (sentence: string, run: (t: Test, installation: Installation) => Promise<void>) =>
    test(`${name}: ${sentence}`, async (t) => await run(t, await setUp(t)))

  check('the events of a subject arrive in the order of publishing', async (t, { open }) => {
    const broker = await open()
    const arrived = collect(broker, CREATED, 20)
    const sent = Array.from({ length: 1_000 }, (_, i) => givenMessage({ subject: `task/${i % 10}`, body: String(i) }))
    for (let i = 0; i < sent.length; i += 250) {
      const outcomes = await broker.publish(sent.slice(i, i + 250))
      t.ok(outcomes.every((outcome) => outcome.kind === 'confirmed'))
    }
    await until('1,000 messages', () => arrived.length === 1_000, 20_000)
    t.strictSame(
      arrived.map((message) => message.body.toString()),
      sent.map((message) => message.body),
    )
  })

  check('every queue with a matching key gets a message once, however many of its keys match', async (t, { open }) => {
    const broker = await open()
    const created = collect(broker, CREATED)
    const status = collect(broker, STATUS)
    const cc = ['order.status.updated', 'task.created', 'job.created', 'status.updated']
    t.strictSame(await broker.publish([givenMessage({ routingKey: 'task.status.updated', cc }), givenMessage()]), [
      { kind: 'confirmed' },
      { kind: 'confirmed' },
    ])
    await until('all copies', () => created.length >= 2 && status.length >= 1)
    await sleep(100)
    t.equal(created.length, 2)
    t.match(status, [{ queue: STATUS, routingKey: 'task.status.updated', attempt: 1, headers: { kept: 'yes' } }])
    t.equal(status.length, 1)
  })

  check('what a consumer had in hand when it vanished is handed to another', async (t, { open, vanish }) => {
    const doomed = await open()
    const held: Settle[] = []
    const end = Promise.withResolvers<void>()
    doomed.consume(CREATED, 5, async (_, settle) => {
      held.push(settle)
      await end.promise
    })
    const sent = givenMessages(3)
    await doomed.publish(sent)
    await until('the messages', () => held.length === 3)
    await vanish(doomed)
    // Its answers come too late and must change nothing.
    await Promise.allSettled(held.map((settle) => settle.ack()))
    end.resolve()
    const arrived = collect(await open(), CREATED)
    await until('the messages again', () => arrived.length >= 3)
    t.strictSame(arrived.map(({ messageId }) => messageId).sort(), sent.map(({ messageId }) => messageId).sort())
    t.ok(arrived.every(({ attempt }) => attempt === 1))
  })

  check('a retried message comes back to that queue only, after the time of its rung', async (t, { open }) => {
    const broker = await open()
    const status = collect(broker, STATUS)
    const tries: { message: Received; at: number }[] = []
    broker.consume(CREATED, 5, async (message, settle) => {
      tries.push({ message, at: Date.now() })
      await (message.attempt < 3 ? settle.retry(ONE_SECOND, `no ${message.attempt}`) : settle.ack())
    })
    const sent = givenMessage({ cc: ['task.status.updated'] })
    await broker.publish([sent])
    await until('the third try', () => tries.length === 3)
    for (const i of [1, 2]) {
      const waited = (tries[i]?.at ?? 0) - (tries[i - 1]?.at ?? 0)
      t.ok(waited >= 950 && waited < 2_500, `came back after ${waited} ms`)
    }
    t.match(
      tries.map(({ message }) => message),
      [1, 2, 3].map((attempt) => ({ attempt, messageId: sent.messageId, routingKey: sent.routingKey, headers: { kept: 'yes' } })),
    )
    t.equal(tries[2]?.message.headers['app-last-error'], 'no 2')
    t.equal(tries[2]?.message.body.toString(), sent.body)
    t.equal(status.length, 1)
    t.equal(await broker.countWaiting(CREATED), 0)
  })

  check('a dead letter leaves its queue for good', async (t, { open }) => {
    const broker = await open()
    let taken = 0
    const consumer = broker.consume(CREATED, 5, async (_, settle) => {
      taken++
      await settle.deadLetter('unreadable: no JSON')
    })
    await broker.publish([givenMessage()])
    await until('the dead letter', async () => (await broker.countWaiting('dead-letters')) === 1)
    await consumer.stop()
    t.equal(taken, 1)
    t.equal(await broker.countWaiting(CREATED), 0)
  })

  check('an event that nobody hears is delivered, and the next of its subject goes out', async (t, { open }) => {
    const broker = await open()
    const arrived = collect(broker, CREATED)
    const subject = 'task/edited'
    const outcomes = await broker.publish([
      givenMessage({ subject, routingKey: 'task.unheard' }),
      givenMessage({ subject, messageId: 'next' }),
      givenMessage({ subject, routingKey: 'task.unheard' }),
    ])
    t.strictSame(outcomes, [{ kind: 'unheard' }, { kind: 'confirmed' }, { kind: 'unheard' }])
    await until('the next event', () => arrived.length > 0)
    t.equal(arrived[0]?.messageId, 'next')
  })

  check('a notification without a queue is a failure, but not a permanent one', async (t, { open }) => {
    const broker = await open()
    const toNobody = { exchange: 'notification', routingKey: 'notification.pigeon' }
    const outcomes = await broker.publish([givenMessage(), givenMessage(toNobody), givenMessage()])
    t.match(outcomes, [{ kind: 'confirmed' }, { kind: 'failed', permanent: false, error: Error }, { kind: 'confirmed' }])
  })

  check('two messages with one id in a batch are each settled', async (t, { open }) => {
    const broker = await open()
    const arrived = collect(broker, CREATED)
    const heard = givenMessage()
    const unheard = givenMessage({ routingKey: 'task.unheard' })
    const outcomes = await broker.publish([unheard, heard, unheard, heard, { ...unheard, messageId: heard.messageId }])
    t.strictSame(
      outcomes.map(({ kind }) => kind),
      ['unheard', 'confirmed', 'unheard', 'confirmed', 'unheard'],
    )
    await until('the message', () => arrived.length > 0)
  })

  check('a body is handed over as its bytes, whatever they are', async (t, { open, keepsEmptyBodies = true }) => {
    const broker = await open()
    const arrived = collect(broker, CREATED)
    const bodies = ['{"cut off', '"日本 \u{1f600}"', 'null', ' '.repeat(300_000), ...(keepsEmptyBodies ? [''] : [])]
    await broker.publish(bodies.map((body) => givenMessage({ body })))
    await until('the bodies', () => arrived.length === bodies.length)
    for (const [i, { body }] of arrived.entries()) t.ok(Buffer.from(bodies[i] ?? '').equals(body))
  })

  check('a consumer that throws loses nothing and stops nobody', async (t, { open, vanish }) => {
    const broker = await open()
    const handled: string[] = []
    broker.consume(CREATED, 3, async ({ messageId }, settle) => {
      if (messageId === 'throws') throw new Error('a defect in a handler')
      await settle.ack()
      handled.push(messageId)
    })
    const others = givenMessages(10)
    await broker.publish([...others.slice(0, 5), givenMessage({ messageId: 'throws' }), ...others.slice(5)])
    await until('the others', () => handled.length === 10)
    await vanish(broker)
    const arrived = collect(await open(), CREATED)
    await until('the message again', () => arrived.length > 0)
    t.equal(arrived[0]?.messageId, 'throws')
  })

  check('no more than `prefetch` messages are in hand at once', async (t, { open }) => {
    const broker = await open()
    let inHand = 0
    let most = 0
    let done = 0
    broker.consume(CREATED, 3, async (_, settle) => {
      most = Math.max(most, ++inHand)
      await sleep(20)
      inHand--
      await settle.ack()
      done++
    })
    await broker.publish(givenMessages(20))
    await until('20 messages', () => done === 20)
    t.equal(most, 3)
  })

  check('two consumers of a queue share its messages', async (t, { open }) => {
    const publisher = await open()
    const [one, other] = [collect(await open(), CREATED, 5, 10), collect(await open(), CREATED, 5, 10)]
    const sent = givenMessages(100)
    await publisher.publish(sent)
    await until('100 messages', () => one.length + other.length === 100)
    t.equal(new Set([...one, ...other].map(({ messageId }) => messageId)).size, 100)
  })

  check('stop() waits for what is in hand, and takes no more', async (t, { open }) => {
    const broker = await open()
    const release = Promise.withResolvers<void>()
    let taken = 0
    let settled = 0
    const consumer = broker.consume(CREATED, 2, async (_, settle) => {
      taken++
      await release.promise
      await settle.ack()
      settled++
    })
    await broker.publish(givenMessages(10))
    await until('two in hand', () => taken === 2)
    const stopped = consumer.stop().then(() => settled)
    await sleep(150)
    t.equal(settled, 0)
    release.resolve()
    t.equal(await stopped, taken)
    await sleep(100)
    t.equal(settled, taken)
    await until('the rest in the queue', async () => (await broker.countWaiting(CREATED)) === 10 - taken)
  })

  check('a message given up while stopping does not hold stop() up, and goes to another', async (t, { open }) => {
    const broker = await open()
    const release = Promise.withResolvers<void>()
    let taken = 0
    const consumer = broker.consume(CREATED, 2, async () => {
      taken++
      await release.promise
    })
    const sent = givenMessages(2)
    await broker.publish(sent)
    await until('two in hand', () => taken === 2)
    const from = Date.now()
    const stopped = consumer.stop()
    release.resolve()
    await stopped
    await broker.close()
    t.ok(Date.now() - from < 2_500, `ended after ${Date.now() - from} ms`)
    const arrived = collect(await open(), CREATED)
    await until('both again', () => arrived.length === 2)
    t.strictSame(arrived.map(({ messageId }) => messageId).sort(), sent.map(({ messageId }) => messageId).sort())
  })

  check('close() is quick, also right after open()', async (t, { open }) => {
    for (const pause of [0, 300]) {
      const broker = await open()
      broker.consume(CREATED, 5, async (_, settle) => await settle.ack())
      await sleep(pause)
      const from = Date.now()
      await broker.close()
      t.ok(Date.now() - from < 1_500, `closed after ${Date.now() - from} ms`)
    }
  })
}

/** Takes and acknowledges what arrives, after `ms`. */
function collect(broker: Broker, queue: QueueName, prefetch = 10, ms = 0): Received[] {
  const arrived: Received[] = []
  broker.consume(queue, prefetch, async (message, settle) => {
    if (ms > 0) await sleep(ms)
    arrived.push(message)
    await settle.ack()
  })
  return arrived
}

import { freshVhost } from '@lifeline/testing/brokers'
import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import fc from 'fast-check'
import t from 'tap'
import { topicMatches } from '../../src/broker/topic-matches.ts'
import { openRaw } from './open-rabbitmq.ts'

// Few words, so that patterns and keys often meet; empty ones are legal.
const word = fc.constantFrom('a', 'b', 'c', '')
const joined = (part: fc.Arbitrary<string>) => fc.array(part, { maxLength: 5 }).map((words) => words.join('.'))
const key = joined(word)
const pattern = joined(fc.oneof(word, fc.constantFrom('*', '#')))

t.test('a pattern matches the keys that RabbitMQ says it matches', async (t) => {
  const raw = await openRaw(t, await freshVhost(t))
  const patterns = fc.uniqueArray(pattern, { minLength: 20, maxLength: 30 })
  const keys = fc.uniqueArray(key, { minLength: 20, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(patterns, keys, async (patterns, keys) => {
      for (const [pattern, taken] of await askRabbitmq(raw, patterns, keys)) {
        const matched = keys.filter((key) => topicMatches(pattern, key))
        if (matched.join() !== taken.join()) throw new Error(`'${pattern}' takes ${JSON.stringify(taken)}, not ${JSON.stringify(matched)}`)
      }
    }),
    { numRuns: 15 },
  )
  t.pass('15 times 20 to 30 patterns on as many keys')
})

/** Which of the keys a queue bound by each pattern gets. */
async function askRabbitmq(raw: ConfirmChannel, patterns: readonly string[], keys: readonly string[]): Promise<Map<string, string[]>> {
  const { exchange } = await raw.assertExchange(`topics-${Math.random()}`, 'topic', { autoDelete: true })
  const takenBy = new Map<string, string[]>()
  const ends: Promise<void>[] = []
  const queues: string[] = []
  for (const pattern of patterns) {
    const { queue } = await raw.assertQueue('', { exclusive: true })
    await raw.bindQueue(queue, exchange, pattern)
    const taken: string[] = []
    const end = Promise.withResolvers<void>()
    const take = (message: ConsumeMessage | null) => {
      if (message?.fields.exchange === exchange) taken.push(message.fields.routingKey)
      else end.resolve()
    }
    await raw.consume(queue, take, { noAck: true })
    takenBy.set(pattern, taken)
    ends.push(end.promise)
    queues.push(queue)
  }
  for (const key of keys) raw.publish(exchange, key, Buffer.from(''))
  await raw.waitForConfirms()
  for (const queue of queues) raw.sendToQueue(queue, Buffer.from('that was all'))
  await Promise.all(ends)
  await Promise.all(queues.map((queue) => raw.deleteQueue(queue)))
  return takenBy
}

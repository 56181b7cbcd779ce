import type { Logger } from 'pino'
import { addDeliveries, countDeliveries } from '../../db/deliveries/deliveries.ts'
import type { OutgoingMessage } from '../../db/outbox/add-messages.ts'
import type { Db } from '../../db/schema.ts'
import { makeNudge, type Nudge } from '../../process/run-every.ts'
import type { Broker, Consumer, PublishOutcome } from '../port.ts'
import { type QueueName, queuesFor } from '../topology.ts'
import { startConsumer } from './consume.ts'

/**
 * The broker that needs none: queues are rows of `deliveries` in the installation's own database, as durable as
 * everything else there. In one process a message is handed over at once; between processes within half a second.
 */
export function openEmbedded(db: Db, { log }: { log: Logger }): Broker {
  const nudges = new Map<QueueName, Set<Nudge>>()
  const consumers = new Set<Consumer>()
  const nextPosition = makePositions()

  async function publish(messages: readonly OutgoingMessage[]): Promise<PublishOutcome[]> {
    const routed = messages.map((message) => ({ message, queues: queuesFor(message.exchange, [message.routingKey, ...message.cc]) }))
    try {
      await addDeliveries(
        db,
        routed.flatMap(({ message, queues }) => queues.map((queue) => newDelivery(message, queue, nextPosition()))),
        new Date(),
      )
    } catch (error) {
      return messages.map(() => ({ kind: 'failed', error: error as Error, permanent: false }))
    }
    for (const queue of new Set(routed.flatMap(({ queues }) => queues))) for (const { nudge } of nudges.get(queue) ?? []) nudge()
    return routed.map(({ message, queues }) => (queues.length > 0 ? { kind: 'confirmed' } : nobodyListens(message)))
  }

  return {
    publish,
    consume(queue, prefetch, take) {
      const nudge = makeNudge()
      const listening = nudges.get(queue) ?? new Set()
      nudges.set(queue, listening.add(nudge))
      const consumer = startConsumer({ db, log, queue, prefetch, take, nudge })
      consumers.add(consumer)
      return {
        async stop() {
          await consumer.stop()
          listening.delete(nudge)
          consumers.delete(consumer)
        },
      }
    },
    health: () => ({ connected: true }),
    countWaiting: (queue) => countDeliveries(db, queue, new Date()),
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()))
    },
  }
}

function newDelivery(message: OutgoingMessage, queue: QueueName, position: number) {
  const { exchange, routingKey, messageId, headers, body } = message
  return { queue, message_id: messageId, position, exchange, routing_key: routingKey, headers: JSON.stringify(headers), body }
}

function nobodyListens({ exchange, routingKey }: OutgoingMessage): PublishOutcome {
  if (exchange === 'events') return { kind: 'unheard' }
  return { kind: 'failed', error: new Error(`No queue is bound to ${exchange} for ${routingKey}.`), permanent: false }
}

/** Numbers that grow with every message of this process, and between processes with the clock. Below 2^53 until the year 2255. */
function makePositions() {
  let last = 0
  return () => {
    last = Math.max(last + 1, Date.now() * 1_000)
    return last
  }
}

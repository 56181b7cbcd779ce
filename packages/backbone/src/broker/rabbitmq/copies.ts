import type { ConsumeMessage } from 'amqplib'
import { DEAD_LETTERS, type QueueName, type Rung } from '../topology.ts'
import type { Outbound } from './outbound.ts'
import { HEADER, isBrokers, receivedOf } from './received.ts'

/** Long enough to name the trouble, and it travels with the message. */
const REASON_LENGTH = 200

/** What goes up the ladder: the same message, one attempt older. Its routing key is the queue that it comes back to. */
export function retryCopy(queue: QueueName, message: ConsumeMessage, rung: Rung, reason: string): Outbound {
  const { attempt } = receivedOf(queue, message)
  return copyOf(queue, message, rung.name, { [HEADER.attempt]: attempt + 1, [HEADER.lastError]: reason.slice(0, REASON_LENGTH) })
}

export function deadLetterCopy(queue: QueueName, message: ConsumeMessage, reason: string): Outbound {
  return copyOf(queue, message, DEAD_LETTERS, { [HEADER.reason]: reason.slice(0, REASON_LENGTH), [HEADER.originQueue]: queue })
}

function copyOf(
  queue: QueueName,
  { content, fields, properties }: ConsumeMessage,
  exchange: string,
  added: Record<string, string | number>,
): Outbound {
  const kept = Object.entries(properties.headers ?? {}).filter(([name]) => !isBrokers(name))
  const headers = {
    [HEADER.firstAt]: new Date().toISOString(),
    [HEADER.originExchange]: fields.exchange,
    [HEADER.originRoutingKey]: fields.routingKey,
    // Of these the first copy's are kept: on the next one, exchange and key would be the ladder's.
    ...Object.fromEntries(kept),
    ...added,
  }
  const { messageId, contentType, contentEncoding, timestamp, type } = properties
  const same = Object.entries({ messageId, contentType, contentEncoding, timestamp, type }).filter(([, value]) => value !== undefined)
  return { exchange, routingKey: queue, cc: [], body: content, properties: { ...Object.fromEntries(same), headers } }
}

import type { ConsumeMessage } from 'amqplib'
import type { Received } from '../port.ts'
import type { QueueName } from '../topology.ts'

/** Headers of ours. Not `x-…`: those are the broker's, and RabbitMQ 4 no longer keeps them on a message published again. */
export const HEADER = {
  attempt: 'app-attempt',
  firstAt: 'app-first-at',
  lastError: 'app-last-error',
  reason: 'app-reason',
  originQueue: 'app-origin-queue',
  originExchange: 'app-origin-exchange',
  originRoutingKey: 'app-origin-routing-key',
} as const

export function receivedOf(queue: QueueName, { content, fields, properties }: ConsumeMessage): Received {
  const headers = textHeaders(properties.headers ?? {})
  return {
    queue,
    messageId: properties.messageId ?? '',
    // A copy from the ladder arrives with the queue's name as its key.
    routingKey: headers[HEADER.originRoutingKey] ?? fields.routingKey,
    headers,
    body: content,
    attempt: attemptOf(headers[HEADER.attempt]),
    redeliveries: Number(properties.headers?.['x-delivery-count'] ?? 0),
  }
}

function attemptOf(header: string | undefined): number {
  const attempt = Number(header ?? 1)
  return Number.isSafeInteger(attempt) && attempt >= 1 ? attempt : 1
}

/** Text, and numbers and booleans as text. Leaves out the broker's own headers, and the table that Rascal adds to each message. */
function textHeaders(headers: Record<string, unknown>): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (isBrokers(name)) continue
    if (typeof value === 'string') texts[name] = value
    else if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') texts[name] = String(value)
  }
  return texts
}

/** `CC` must not go with a copy: it would be routed by it once more. */
export function isBrokers(name: string): boolean {
  return name.startsWith('x-') || name === 'rascal' || name === 'CC' || name === 'BCC'
}

import type { Options } from 'amqplib'
import type { OutgoingMessage } from '../../db/outbox/add-messages.ts'
import { DEAD_LETTERS, EXCHANGES, LADDER } from '../topology.ts'

/** A message ready to be written to a channel. */
export interface Outbound {
  exchange: string
  routingKey: string
  cc: readonly string[]
  body: Buffer
  properties: Pick<Options.Publish, 'messageId' | 'contentType' | 'contentEncoding' | 'timestamp' | 'type' | 'headers'>
}

export function outboundOf({ exchange, routingKey, cc, messageId, headers, body }: OutgoingMessage): Outbound {
  const timestamp = Math.floor(Date.now() / 1000)
  return {
    exchange,
    routingKey,
    cc,
    body: Buffer.from(body),
    properties: { messageId, contentType: 'application/json', timestamp, headers },
  }
}

const KNOWN_EXCHANGES = new Set<string>([...Object.keys(EXCHANGES), ...LADDER.map((rung) => rung.name), DEAD_LETTERS])

/** RabbitMQ 4's limit (3.x took 128 MiB). */
const MAX_BODY_BYTES = 16 * 1024 * 1024

/**
 * Why this message must not be written, if so: either would make the broker close the channel, and fail every other
 * message in flight with it. A message for an exchange that only a newer release knows is not lost, so not permanent.
 */
export function objectionTo({ exchange, body }: Outbound): { error: Error; permanent: boolean } | undefined {
  if (body.length > MAX_BODY_BYTES)
    return { error: new Error(`a body of ${body.length} bytes is larger than the broker takes`), permanent: true }
  if (!KNOWN_EXCHANGES.has(exchange)) return { error: new Error(`this release knows no exchange '${exchange}'`), permanent: false }
  return undefined
}

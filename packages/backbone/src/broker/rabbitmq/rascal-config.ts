import type { RascalConfig, VhostConfig } from 'rascal'
import { DEAD_LETTERS, DELIVERY_LIMIT, EXCHANGES, LADDER, QUEUES } from '../topology.ts'
import { connectionUrl, socketOptions } from './connect-options.ts'

/**
 * While the database is away, messages wait in hand. RabbitMQ's own patience is 30 minutes: it then closes the channel
 * and counts a failed delivery, and an outage of three hours would end in the dead letters. (Ignored before 3.11.15.)
 */
const CONSUMER_TIMEOUT_MS = 12 * 60 * 60 * 1000

/** RabbitMQ 4 drops a quorum queue's message after 20 deliveries unless told otherwise; 3.x refuses -1 for "never". */
const NO_LIMIT = 1_000_000_000

/**
 * At-least-once inside the broker: it holds a message until the next queue has it. Needs all three; without
 * reject-publish RabbitMQ falls back to at-most-once and says nothing (0 of 5 messages came through).
 */
const SAFE_DEAD_LETTERING = { 'x-queue-type': 'quorum', 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }

const durable = (args: Record<string, string | number>) => ({ options: { durable: true as const, arguments: args } })
const exchange = (type: string) => ({ type, options: { durable: true as const } })

/** topology.ts in Rascal's words. Every argument of a queue is for ever: changing one means a new queue name. */
export function rascalConfig(url: string, name: string, sockets: AbortSignal): RascalConfig {
  const exchanges: VhostConfig['exchanges'] = { [DEAD_LETTERS]: exchange('fanout') }
  const queues: VhostConfig['queues'] = { [DEAD_LETTERS]: durable({ 'x-queue-type': 'quorum', 'x-delivery-limit': NO_LIMIT }) }
  const bindings: VhostConfig['bindings'] = { [DEAD_LETTERS]: { source: DEAD_LETTERS, destination: DEAD_LETTERS, bindingKey: '' } }
  const subscriptions: VhostConfig['subscriptions'] = {}

  for (const [source, type] of Object.entries(EXCHANGES)) exchanges[source] = exchange(type)
  for (const [queue, { exchange: source, keys }] of Object.entries(QUEUES)) {
    queues[queue] = durable({ ...SAFE_DEAD_LETTERING, 'x-delivery-limit': DELIVERY_LIMIT, 'x-dead-letter-exchange': DEAD_LETTERS })
    bindings[queue] = { source, destination: queue, bindingKeys: keys }
    // Rascal parses bodies by an exact content type; with this one it always hands over bytes, and parsing is ours.
    // No closeTimeout: its timer keeps the process alive for as long, and consume.ts has a limit of its own.
    const options = { arguments: { 'x-consumer-timeout': CONSUMER_TIMEOUT_MS } }
    subscriptions[queue] = { queue, contentType: 'application/octet-stream', retry: false, options }
  }
  // A message on a rung carries the consumer's own queue as its routing key, so the default exchange ('') returns it there.
  for (const { name: rung, ms } of LADDER) {
    exchanges[rung] = exchange('fanout')
    queues[rung] = durable({ ...SAFE_DEAD_LETTERING, 'x-message-ttl': ms, 'x-dead-letter-exchange': '' })
    bindings[rung] = { source: rung, destination: rung, bindingKey: '' }
  }
  const connection = { url: connectionUrl(url), retry: false as const, socketOptions: socketOptions(name, sockets) }
  return { vhosts: { '/': { connection, exchanges, queues, bindings, subscriptions } } }
}

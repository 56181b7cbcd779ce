import { topicMatches } from './topic-matches.ts'

/**
 * Every exchange, queue and binding, as data. Rascal declares it on RabbitMQ; the embedded broker routes by it. Names
 * are `consumer:what` for a service's own queues, and the brief's words where it gave them.
 */
export const QUEUES = {
  'coordinator:task.created': { exchange: 'events', keys: ['*.created'] },
  'coordinator:status.updated': { exchange: 'events', keys: ['*.status.updated'] },
  'coordinator:deadline.passed': { exchange: 'events', keys: ['*.deadline.*'] },
  'coordinator:scheduler': { exchange: 'events', keys: ['scheduler.#', 'incident.#', 'maintenance.#', 'report.#'] },
  'coordinator:user': { exchange: 'events', keys: ['user.#'] },
  // What no queue above gets, and channels may ask for.
  'coordinator:other': {
    exchange: 'events',
    keys: ['task.updated', 'task.deleted', 'key.#', 'channel.#', 'alert.operations'],
  },
  'notifier:alert.operations': { exchange: 'events', keys: ['alert.operations'] },
  'notification.email': { exchange: 'notification', keys: ['notification.email'] },
  'notification.slack': { exchange: 'notification', keys: ['notification.slack'] },
  'notification.webhook': { exchange: 'notification', keys: ['notification.webhook'] },
  'notification.opsgenie': { exchange: 'notification', keys: ['notification.opsgenie'] },
} as const satisfies Record<string, { exchange: ExchangeName; keys: readonly string[] }>

export type QueueName = keyof typeof QUEUES
export type ExchangeName = keyof typeof EXCHANGES

/** `events` is where anybody may listen; on `notification` a message without a queue is a mistake. */
export const EXCHANGES = { events: 'topic', notification: 'direct' } as const

/** The backoff ladder: one fixed-delay queue a rung, shared by all consumers. Longer waits belong in the database. */
export const LADDER = [
  { name: 'retry.1s', ms: 1_000 },
  { name: 'retry.10s', ms: 10_000 },
  { name: 'retry.1m', ms: 60_000 },
  { name: 'retry.10m', ms: 600_000 },
] as const
export type Rung = (typeof LADDER)[number]

export const DEAD_LETTERS = 'dead-letters'

/** Deliveries of one message that end without an answer (the process died) before it goes to `dead-letters`. */
export const DELIVERY_LIMIT = 5

/** The rung after `attempt` failed tries, or undefined when the ladder is used up. */
export function rungAfter(attempt: number): Rung | undefined {
  return LADDER[attempt - 1]
}

/** The queues a message goes to, each once, however many of its keys match. */
export function queuesFor(exchange: string, routingKeys: readonly string[]): QueueName[] {
  const names = Object.keys(QUEUES) as QueueName[]
  return names.filter((name) => {
    const { exchange: source, keys } = QUEUES[name]
    if (source !== exchange) return false
    const matches = EXCHANGES[source] === 'topic' ? topicMatches : (pattern: string, key: string) => pattern === key
    return keys.some((pattern) => routingKeys.some((key) => matches(pattern, key)))
  })
}

import type { OutgoingMessage } from '../db/outbox/add-messages.ts'
import type { QueueName, Rung } from './topology.ts'

/**
 * What became of a message: a broker has it durably (`confirmed`), nobody subscribes to it (`unheard`: delivered, as
 * far as its sender is concerned), or it is not known to be stored (`failed`: it may be all the same; send it again
 * with the same id). `permanent` means that this message can never go, whatever the broker's health.
 */
export type PublishOutcome = { kind: 'confirmed' } | { kind: 'unheard' } | { kind: 'failed'; error: Error; permanent: boolean }

/** A message as a consumer gets it, before anything was parsed. */
export interface Received {
  queue: QueueName
  messageId: string
  routingKey: string
  headers: Readonly<Record<string, string>>
  body: Buffer
  /** 1 for the first try; grows with every copy that comes back from the ladder. */
  attempt: number
  /** How often it was handed out before without an answer, because its consumer died. */
  redeliveries: number
}

/** Exactly one of these is called for each message. They reject when the broker is away; then call again. */
export interface Settle {
  ack(): Promise<void>
  /** Comes back to this queue after the rung's time, with `attempt` one higher. Resolves when the copy is safe and the original gone. */
  retry(rung: Rung, reason: string): Promise<void>
  /** Moves the message to `dead-letters`, with the reason. */
  deadLetter(reason: string): Promise<void>
}

export interface Consumer {
  /** Takes no more messages and resolves when those in hand are settled. */
  stop(): Promise<void>
}

export interface BrokerHealth {
  connected: boolean
  /** Why not, in words for an operator. */
  detail?: string
}

/**
 * The port that everything above the broker uses: `rabbitmq/` and `embedded/` implement it, one contract suite holds
 * them to it. Neither ever loses a message it confirmed, nor hands one to two consumers of a queue at once unless a
 * lease or connection was lost.
 */
export interface Broker {
  /** Publishes in order and settles each message once, within `timeoutMs` (10 s) even when the broker is away. Never rejects. */
  publish(messages: readonly OutgoingMessage[], options?: { timeoutMs?: number }): Promise<PublishOutcome[]>
  /**
   * Hands messages of a queue to `take`, at most `prefetch` unsettled at once, oldest first. Returns at once: a broker
   * that is away is waited for. `take` must not reject; one that ends without settling leaves the message to be handed out again.
   * The broker itself dead-letters what was redelivered more than DELIVERY_LIMIT times.
   */
  consume(queue: QueueName, prefetch: number, take: (message: Received, settle: Settle) => Promise<void>): Consumer
  health(): BrokerHealth
  /** Messages waiting in a queue, for tests and gauges. */
  countWaiting(queue: QueueName | 'dead-letters'): Promise<number>
  close(): Promise<void>
}

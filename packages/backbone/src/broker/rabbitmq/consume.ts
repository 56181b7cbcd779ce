import type { ConsumeMessage } from 'amqplib'
import type { Logger } from 'pino'
import type { AckOrNack, RascalBroker, Subscription } from 'rascal'
import type { Consumer, Received, Settle } from '../port.ts'
import type { QueueName } from '../topology.ts'
import type { Publisher } from './publish.ts'
import { CLOSE_TIMEOUT_MS } from './rascal-config.ts'
import { receivedOf } from './received.ts'
import { settleOf } from './settle.ts'
import { waitAtMost } from './wait-at-most.ts'

/** One Rascal broker and its connection, until that is lost. */
export interface Source {
  rascal: RascalBroker
  isCurrent(): boolean
  /** A subscription that failed ends the connection: a new one declares the topology again and subscribes anew. */
  giveUp(error: Error): void
}

export interface AttachedConsumer extends Consumer {
  /** Subscribes on a connection that has just come up. */
  attach(source: Source): Promise<void>
}

export interface ConsumerOptions {
  queue: QueueName
  prefetch: number
  take: (message: Received, settle: Settle) => Promise<void>
}

export function createConsumer({ queue, prefetch, take }: ConsumerOptions, publisher: Publisher, log?: Logger): AttachedConsumer {
  const inHand = new Set<Promise<void>>()
  let subscription: Subscription | undefined
  let stopped = false

  // Whatever throws here would end in amqplib's read loop, which closes the channel: every message in hand would be
  // redelivered and counted. A rejection would leave its message unacknowledged without a word.
  const onMessage = (source: Source, message: ConsumeMessage, ackOrNack: AckOrNack) => {
    const work = (async () => {
      const settle = settleOf({ queue, message, ackOrNack, isCurrent: source.isCurrent }, publisher, log)
      await take(receivedOf(queue, message), settle)
    })().catch((error) => log?.error({ err: error, queue }, 'broker: a consumer threw; its message is redelivered when the connection ends'))
    inHand.add(work)
    void work.finally(() => inHand.delete(work))
  }

  async function attach(source: Source): Promise<void> {
    const session = await source.rascal.subscribe(queue, { prefetch })
    const lose = (error?: Error) => source.giveUp(error ?? new Error(`the subscription to ${queue} ended`))
    session.on('error', lose)
    session.on('close', lose)
    session.on('cancelled', lose)
    // What Rascal cannot read (an encryption profile it does not know) is for the consumer to judge, like any body.
    const unread = (_: Error, message: ConsumeMessage, ackOrNack: AckOrNack) => onMessage(source, message, ackOrNack)
    for (const event of ['invalid_content', 'redeliveries_error', 'redeliveries_exceeded']) session.on(event, unread)
    if (stopped || !source.isCurrent()) return
    subscription = session
    // Messages that arrive while it is being cancelled are handled like the others: sent back, they would be counted.
    session.on('message', (message: ConsumeMessage, _content: unknown, ackOrNack: AckOrNack) => onMessage(source, message, ackOrNack))
  }

  async function stop(): Promise<void> {
    stopped = true
    // Rascal waits for acknowledgements, we for the work: what lost its connection still runs.
    const inTime = await waitAtMost(CLOSE_TIMEOUT_MS, Promise.resolve(subscription?.cancel()).catch(() => undefined).then(() => allSettled(inHand)))
    if (!inTime) log?.warn({ queue, inHand: inHand.size }, 'broker: a consumer ends with messages in hand; they are redelivered')
  }
  return { attach, stop }
}

async function allSettled(inHand: ReadonlySet<Promise<void>>): Promise<void> {
  while (inHand.size > 0) await Promise.all(inHand)
}

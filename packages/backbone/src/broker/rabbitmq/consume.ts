import type { ConsumeMessage } from 'amqplib'
import type { Logger } from 'pino'
import type { AckOrNack } from 'rascal'
import type { Consumer, Received, Settle } from '../port.ts'
import type { QueueName } from '../topology.ts'
import type { Publisher } from './publish.ts'
import { receivedOf } from './received.ts'
import { settleOf } from './settle.ts'
import type { Source } from './source.ts'
import { subscribe } from './subscribe.ts'
import { waitAtMost } from './wait-at-most.ts'

/** What is in hand then comes again: Kubernetes gives a process 30 s to end. */
const STOP_MS = 15_000

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
  const atWork = new Set<Promise<void>>()
  let unsettled = new Set<ConsumeMessage>()
  let cancel = async () => {}
  let state: 'taking' | 'stopping' | 'stopped' = 'taking'

  // Whatever threw here would end in amqplib's read loop, which closes the channel: every message in hand would be
  // redelivered and counted. A rejection would leave its message unacknowledged without a word.
  function hand(source: Source, message: ConsumeMessage, ackOrNack: AckOrNack): void {
    if (state === 'stopped') return
    unsettled.add(message)
    const onSettled = () => unsettled.delete(message)
    const work = (async () => {
      const settle = settleOf({ queue, message, ackOrNack, isCurrent: source.isCurrent, onSettled }, publisher, log)
      await take(receivedOf(queue, message), settle)
    })().catch((err) => log?.error({ err, queue }, 'broker: a consumer threw; its message is redelivered when the connection ends'))
    atWork.add(work)
    void work.finally(() => atWork.delete(work))
  }

  async function attach(source: Source): Promise<void> {
    const subscription = await subscribe(source.rascal, queue, prefetch)
    const lose = (error?: Error) => source.giveUp(error ?? new Error(`the subscription to ${queue} ended`))
    for (const event of ['error', 'close', 'cancelled']) subscription.on(event, lose)
    // What Rascal cannot read (an encryption profile it does not know) is for the consumer to judge, like any body.
    for (const event of ['invalid_content', 'redeliveries_error', 'redeliveries_exceeded'])
      subscription.on(event, (_: Error, message: ConsumeMessage, ackOrNack: AckOrNack) => hand(source, message, ackOrNack))
    if (state !== 'taking' || !source.isCurrent()) return
    cancel = async () => {
      const cancelled = new Promise<void>((resolve) => subscription.cancel(() => resolve()))
      await Promise.race([cancelled, source.lost])
    }
    unsettled = new Set()
    subscription.on('message', (message: ConsumeMessage, _body: unknown, ackOrNack: AckOrNack) => hand(source, message, ackOrNack))
  }

  /**
   * Messages that arrive while the subscription is cancelled are handled like the others: sent back, they would be
   * counted. Rascal waits until all are acknowledged; one that `take` gave up never is, so then we do not wait for Rascal.
   */
  async function finish(): Promise<void> {
    const cancelled = cancel()
    await workDone()
    if (unsettled.size === 0) await cancelled
    await workDone()
  }

  async function workDone(): Promise<void> {
    while (atWork.size > 0) await Promise.all(atWork)
  }

  async function stop(): Promise<void> {
    if (state === 'taking') state = 'stopping'
    await waitAtMost(STOP_MS, finish())
    state = 'stopped'
    if (unsettled.size > 0) log?.warn({ queue, count: unsettled.size }, 'broker: a consumer ends with messages in hand; they come again')
  }
  return { attach, stop }
}

import type { ConsumeMessage } from 'amqplib'
import type { Logger } from 'pino'
import type { AckOrNack } from 'rascal'
import type { Settle } from '../port.ts'
import type { QueueName } from '../topology.ts'
import { deadLetterCopy, retryCopy } from './copies.ts'
import type { Outbound } from './outbound.ts'
import type { Publisher } from './publish.ts'

const COPY_MS = 10_000

export interface InHand {
  queue: QueueName
  message: ConsumeMessage
  ackOrNack: AckOrNack
  /** False once its connection is gone: the broker hands the message out again, so there is nothing left to settle. */
  isCurrent(): boolean
  /** Called once, when the broker has been told. */
  onSettled(): void
}

/**
 * Retry and dead letter publish a copy first and acknowledge after it is confirmed: a crash in between leaves two,
 * never none. Nothing is requeued, which would be a hot loop without a delay or a count (RabbitMQ 4.3 counts no nack).
 */
export function settleOf({ queue, message, ackOrNack, isCurrent, onSettled }: InHand, publisher: Publisher, log?: Logger): Settle {
  let settled = false
  const answer = (error?: Error) => {
    settled = true
    onSettled()
    return new Promise<void>((resolve) => {
      try {
        // An error here means that the channel has closed: the message comes again.
        ackOrNack(error, undefined, () => resolve())
      } catch {
        resolve()
      }
    })
  }
  async function moveTo(copy: Outbound): Promise<void> {
    if (settled || !isCurrent()) return
    const [outcome] = await publisher.publish([copy], COPY_MS)
    if (settled) return
    if (outcome?.kind === 'confirmed') return await answer()
    const error = outcome?.kind === 'failed' ? outcome.error : new Error('no queue took the copy')
    if (outcome?.kind === 'failed' && outcome.permanent) {
      // Our notes do not fit into its headers. Rejected, it goes to the dead letters by the queue's own rule, without them.
      log?.error({ err: error, queue, messageId: message.properties.messageId }, 'broker: a message is dead-lettered without its reason')
      return await answer(error)
    }
    if (isCurrent()) throw error
  }
  return {
    ack: async () => {
      if (!settled && isCurrent()) await answer()
    },
    retry: (rung, reason) => moveTo(retryCopy(queue, message, rung, reason)),
    deadLetter: (reason) => moveTo(deadLetterCopy(queue, message, reason)),
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { DatabaseUnavailableError } from '../db/errors.ts'
import { addMessages } from '../db/outbox/add-messages.ts'
import { ALERT_TYPE, alertMessage } from '../db/outbox/alert.ts'
import { ATTRIBUTE } from '../db/outbox/cloud-event.ts'
import type { Db } from '../db/schema.ts'
import { databaseError, inTransaction } from '../db/transaction.ts'
import { countDeadLetter, countHandled, countRetry } from './metrics.ts'
import { PermanentError } from './permanent-error.ts'
import type { Broker, Consumer, Received, Settle } from './port.ts'
import { DELIVERY_LIMIT, type QueueName, type Rung, rungAfter } from './topology.ts'

/** `done` and `ignored` (nothing to do, for instance a duplicate) end the message; a rung brings it back later. */
export type Verdict = 'done' | 'ignored' | { retry: Rung; reason: string }

export interface ConsumeOptions {
  broker: Broker
  /** For the alert that a dead letter raises. */
  db: Db
  log: Logger
  /** The label of the metrics: which service this is. */
  consumer: string
  queue: QueueName
  prefetch: number
  handle(message: Received): Promise<Verdict>
}

const BACKOFF_MS = [200, 500, 1_000, 2_000, 5_000]
const backoff = (attempt: number) => BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)] ?? 5_000

/**
 * Handles the messages of a queue, and gives every failure an end: a PermanentError goes to `dead-letters` at once,
 * anything else down the ladder and then there, a message that kills its consumers too; while the database or the broker is away, the message stays in hand
 * and is tried again here, so that an outage uses up nobody's tries. Prefetch bounds how many wait so.
 */
export function consume({ broker, db, log, consumer, queue, prefetch, handle }: ConsumeOptions): Consumer {
  const stopping = new AbortController()
  const pause = (attempt: number) => sleep(backoff(attempt), undefined, { signal: stopping.signal }).catch(() => {})

  async function take(message: Received, settle: Settle) {
    const started = performance.now()
    const context = { queue, eventId: message.messageId, attempt: message.attempt, traceparent: message.headers.traceparent }
    for (let tries = 0; ; tries++) {
      const result = await handled(message)
      if (result.kind === 'later') {
        if (stopping.signal.aborted) return
        if (tries % 10 === 0) log.warn({ ...context, err: result.error }, 'the database is away: the message waits in hand')
        await pause(tries)
        continue
      }
      countHandled(consumer, labelOf(message), result.kind, performance.now() - started)
      if (result.kind === 'retry') log.warn({ ...context, err: result.error, rung: result.rung.name }, 'not handled yet: it will come back')
      if (result.kind === 'dead')
        log.error({ ...context, err: result.error, reason: result.reason }, 'cannot be handled: moved to dead-letters')
      await settled(message, settle, result)
      return
    }
  }

  async function handled(message: Received): Promise<Result> {
    // One before the broker's own limit, which would take it without a word: nobody would hear of it.
    if (message.redeliveries >= DELIVERY_LIMIT) {
      const error = new Error(`${message.redeliveries + 1} consumers died with it in hand`)
      return { kind: 'dead', reason: 'delivery_limit', error }
    }
    try {
      const verdict = await handle(message)
      return typeof verdict === 'string' ? { kind: verdict } : { kind: 'retry', rung: verdict.retry, error: verdict.reason }
    } catch (thrown) {
      const error = databaseError(thrown)
      if (error instanceof DatabaseUnavailableError) return { kind: 'later', error }
      if (error instanceof PermanentError) return { kind: 'dead', reason: error.reason, error }
      const rung = rungAfter(message.attempt)
      return rung === undefined ? { kind: 'dead', reason: 'retries_exhausted', error } : { kind: 'retry', rung, error }
    }
  }

  async function settled(message: Received, settle: Settle, result: Exclude<Result, { kind: 'later' }>) {
    let alerted = false
    for (let tries = 0; ; tries++) {
      try {
        if (result.kind === 'retry') {
          await settle.retry(result.rung, textOf(result.error))
          countRetry(queue, result.rung.name)
        } else if (result.kind === 'dead') {
          if (!alerted) await raiseAlert(message, result.reason, textOf(result.error))
          alerted = true
          await settle.deadLetter(`${result.reason}: ${textOf(result.error)}`)
          countDeadLetter(queue, result.reason)
        } else await settle.ack()
        return
      } catch (error) {
        if (stopping.signal.aborted) return
        if (tries % 10 === 0) log.warn({ err: error, queue, eventId: message.messageId }, 'could not settle a message yet')
        await pause(tries)
      }
    }
  }

  // Before the message goes: a crash in between raises the alert twice, never not at all. An alert raises none itself.
  async function raiseAlert(message: Received, reason: string, error: string) {
    if (message.routingKey === ALERT_TYPE) return
    const detail = { queue, messageId: message.messageId, reason, error }
    const alert = alertMessage({
      key: `dead-letters:${queue}`,
      severity: 'error',
      summary: `A message of ${queue} cannot be handled`,
      detail,
    })
    await inTransaction(db, (trx) => addMessages(trx, [alert]))
  }

  const running = broker.consume(queue, prefetch, take)
  return {
    async stop() {
      stopping.abort()
      await running.stop()
    },
  }
}

type Result =
  | { kind: 'done' | 'ignored' }
  | { kind: 'later'; error: unknown }
  | { kind: 'retry'; rung: Rung; error: unknown }
  | { kind: 'dead'; reason: string; error: unknown }

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, 500)
const labelOf = (message: Received) => message.headers[ATTRIBUTE('type')] ?? message.routingKey

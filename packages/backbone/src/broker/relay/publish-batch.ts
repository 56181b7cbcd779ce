import type { Logger } from 'pino'
import { ALERT_TYPE, alertMessage } from '../../db/outbox/alert.ts'
import { buryMessages, deleteMessages, type OutboxRow } from '../../db/outbox/messages.ts'
import type { Db } from '../../db/schema.ts'
import { countPublished, countPublishFailures, countUnheard } from '../metrics.ts'
import type { Broker, PublishOutcome } from '../port.ts'
import { holdBack } from './hold-back.ts'

export const PUBLISH_MS = 5_000

/** Publishes batches, some at once, and takes from the outbox what the broker has. */
export function makeBatchPublisher({ db, broker, log }: { db: Db; broker: Broker; log: Logger }) {
  const held = holdBack()
  /** Messages that left, of all batches. */
  let taken = 0

  async function finish(sent: readonly SentRow[], publishing: Promise<PublishOutcome[]>) {
    const before = taken
    const { gone, dead, failed } = sortOut(sent, await publishing)
    const seqs = gone.map(({ row }) => row.seq)
    await deleteMessages(db, seqs)
    for (const { row, reason } of dead)
      log.error({ messageId: row.messageId, reason }, 'a message can never be published: moved to outbox_dead')
    await buryMessages(db, dead, dead.flatMap(alertFor), new Date())
    taken += gone.length + dead.length
    count(gone, failed.size)
    const [error] = failed.values()
    if (error !== undefined && taken === before) throw error
    held.note(
      gone.map(({ row }) => row.subject),
      failed.keys(),
      Date.now(),
    )
    if (error !== undefined) log.warn({ err: error, subjects: failed.size }, 'some messages were not taken; they are sent again')
  }

  return {
    heldSubjects: () => held.subjects(Date.now()),
    /** Throws when the broker took nothing of it, nor of any other batch meanwhile. */
    publish(rows: readonly OutboxRow[]): Promise<void> {
      // Bodies and headers are let go of when they are written, not kept until the confirms come.
      return finish(rows.map(toSent), broker.publish(rows, { timeoutMs: PUBLISH_MS }))
    },
  }
}

type SentRow = Pick<OutboxRow, 'seq' | 'subject' | 'exchange' | 'routingKey' | 'messageId'>

const toSent = ({ seq, subject, exchange, routingKey, messageId }: OutboxRow): SentRow => ({
  seq,
  subject,
  exchange,
  routingKey,
  messageId,
})

interface SortedOut<Row> {
  gone: { row: Row; isHeard: boolean }[]
  dead: { row: Row; reason: string }[]
  /** By subject. */
  failed: Map<string, Error>
}

/** After a failure the later rows of its subject stay too, so that they are sent again behind it. */
export function sortOut<Row extends { subject: string }>(rows: readonly Row[], outcomes: readonly PublishOutcome[]): SortedOut<Row> {
  const sorted: SortedOut<Row> = { gone: [], dead: [], failed: new Map() }
  for (const [i, row] of rows.entries()) {
    const outcome = outcomes[i]
    if (outcome === undefined || sorted.failed.has(row.subject)) continue
    if (outcome.kind !== 'failed') sorted.gone.push({ row, isHeard: outcome.kind !== 'unheard' })
    else if (outcome.permanent) sorted.dead.push({ row, reason: outcome.error.message })
    else sorted.failed.set(row.subject, outcome.error)
  }
  return sorted
}

function count(gone: SortedOut<SentRow>['gone'], failures: number) {
  const byExchange = new Map<string, number>()
  for (const { row, isHeard } of gone) {
    byExchange.set(row.exchange, (byExchange.get(row.exchange) ?? 0) + 1)
    if (!isHeard) countUnheard(row.routingKey)
  }
  for (const [exchange, messages] of byExchange) countPublished(exchange, messages)
  countPublishFailures(failures)
}

/** A failure to publish an alert raises no alert. */
function alertFor({ row, reason }: { row: SentRow; reason: string }) {
  if (row.routingKey === ALERT_TYPE) return []
  const detail = { messageId: row.messageId, routingKey: row.routingKey, reason }
  return [alertMessage({ key: 'outbox-dead', severity: 'error', summary: 'A message can never be published', detail })]
}

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { ALERT_TYPE, alertMessage } from '../db/outbox/alert.ts'
import {
  buryMessages,
  deleteMessages,
  leaseShard,
  listOutbox,
  listWaitingShards,
  type OutboxRow,
  releaseShards,
} from '../db/outbox/shards.ts'
import type { Db } from '../db/schema.ts'
import { makeNudge, runEvery } from '../process/run-every.ts'
import { countPublished, countPublishFailures, countUnheard } from './metrics.ts'
import type { Broker, PublishOutcome } from './port.ts'

/** Rows read, published and deleted together. */
const BATCH = 500
/** A lease with less than this left is renewed before it is used: publishing takes at most PUBLISH_MS, and 5 s stay in reserve. */
const RENEW_BELOW_MS = 10_000
const PUBLISH_MS = 5_000
const POLL_MS = 1_000

export interface Relay {
  /** Call after a commit that wrote to the outbox: it is published at once instead of at the next poll. */
  nudge(): void
  /** Ends after the batch in hand, and gives the leases back. */
  stop(): Promise<void>
}

export interface RelayOptions {
  db: Db
  broker: Broker
  log: Logger
}

/**
 * Publishes what the outbox holds. Any number of relays share the work by leasing shards, so the messages of a subject
 * keep their order; no transaction is open while one publishes. A message is deleted when the broker has it: a crash in
 * between publishes it twice, never zero times.
 */
export function startRelay({ db, broker, log }: RelayOptions): Relay {
  const owner = `${hostname().slice(0, 50)}/${process.pid}/${randomUUID().slice(0, 8)}`
  const stopping = new AbortController()
  const nudge = makeNudge()
  const step = makeRelayStep({ db, broker, log, owner })
  const running = runEvery(POLL_MS, step, {
    signal: stopping.signal,
    nudge,
    onError: (err) => log.warn({ err }, 'the outbox could not be emptied; it keeps what it has'),
  })
  return {
    nudge: nudge.nudge,
    async stop() {
      stopping.abort()
      await running
      await releaseShards(db, owner).catch(() => {})
    },
  }
}

/** Publishes one batch. Answers whether there may be more. Throws when the broker took nothing of it. */
export function makeRelayStep({ db, broker, log, owner }: RelayOptions & { owner: string }) {
  const held = holdBack()
  let leased = new Set<number>()
  return async (): Promise<boolean> => {
    if (!broker.health().connected) return false
    const waiting = await listWaitingShards(db, owner, new Date())
    const shards: number[] = []
    for (const { shard, heldUntil } of waiting) {
      const enough = heldUntil !== null && heldUntil.getTime() - Date.now() > RENEW_BELOW_MS
      if (enough || (await leaseShard(db, shard, owner, new Date()))) shards.push(shard)
    }
    // Idle shards go back at once: another process may write to them next, and would have to wait for the lease to end.
    if (shards.length === 0 && leased.size > 0) await releaseShards(db, owner)
    leased = new Set(shards)
    if (shards.length === 0) return false
    const rows = await listOutbox(db, shards, BATCH, held.subjects(Date.now()))
    if (rows.length === 0) return false
    const outcomes = await broker.publish(rows, { timeoutMs: PUBLISH_MS })
    const { gone, dead, failed } = sortOut(rows, outcomes)
    await deleteMessages(
      db,
      gone.map(({ seq }) => seq),
    )
    for (const { row, reason } of dead)
      log.error({ messageId: row.messageId, reason }, 'a message can never be published: moved to outbox_dead')
    await buryMessages(db, dead, dead.flatMap(alertFor), new Date())
    held.note(gone, failed, Date.now())
    countPublishFailures(failed.size)
    const [error] = failed.values()
    if (error !== undefined && gone.length + dead.length === 0) throw error
    if (error !== undefined) log.warn({ err: error, subjects: failed.size }, 'some messages were not taken; they are sent again')
    return rows.length === BATCH || dead.length > 0
  }
}

/** After a failure the later rows of its subject stay too, so that they are sent again behind it. */
function sortOut(rows: readonly OutboxRow[], outcomes: readonly PublishOutcome[]) {
  const gone: OutboxRow[] = []
  const dead: { row: OutboxRow; reason: string }[] = []
  const failed = new Map<string, Error>()
  for (const [i, row] of rows.entries()) {
    const outcome = outcomes[i]
    if (outcome === undefined || failed.has(row.subject)) continue
    if (outcome.kind === 'failed' && outcome.permanent) dead.push({ row, reason: outcome.error.message })
    else if (outcome.kind === 'failed') failed.set(row.subject, outcome.error)
    else {
      gone.push(row)
      countPublished(row.exchange, 1)
      if (outcome.kind === 'unheard') countUnheard(row.routingKey)
    }
  }
  return { gone, dead, failed }
}

const FIRST_HOLD_MS = 1_000
const LONGEST_HOLD_MS = 60_000
/** More would not fit the list of one statement; when so many fail, the broker is the trouble, not they. */
const MOST_HELD = 500

/** Keeps subjects whose message was refused out of the next batches for a while, so that they hold up nobody else. */
function holdBack() {
  const held = new Map<string, { until: number; holdMs: number }>()
  return {
    subjects: (now: number) => [...held].filter(([, { until }]) => until > now).map(([subject]) => subject),
    note(gone: readonly OutboxRow[], failed: ReadonlyMap<string, Error>, now: number) {
      for (const { subject } of gone) held.delete(subject)
      for (const subject of failed.keys()) {
        const holdMs = Math.min(LONGEST_HOLD_MS, 2 * (held.get(subject)?.holdMs ?? FIRST_HOLD_MS / 2))
        if (gone.length > 0 && (held.has(subject) || held.size < MOST_HELD)) held.set(subject, { until: now + holdMs, holdMs })
      }
    },
  }
}

/** A failure to publish an alert raises no alert. */
function alertFor({ row, reason }: { row: OutboxRow; reason: string }) {
  if (row.routingKey === ALERT_TYPE) return []
  const detail = { messageId: row.messageId, routingKey: row.routingKey, reason }
  return [alertMessage({ key: 'outbox-dead', severity: 'error', summary: 'A message can never be published', detail })]
}

import type { Logger } from 'pino'
import { listOutbox, type OutboxRow } from '../../db/outbox/messages.ts'
import type { Db } from '../../db/schema.ts'
import type { Broker } from '../port.ts'
import { makeBatchPublisher, PUBLISH_MS } from './publish-batch.ts'
import { holdShards } from './shard-leases.ts'

/** Rows read, published and deleted together. */
const BATCH = 500
/** Batches on their way at once: while one waits for its confirms, others are read or deleted. */
const BATCHES = 4
/** While there is more to do. When there is not, each batch is followed by a look. */
const LOOK_EVERY_MS = 250

export interface RelayOptions {
  db: Db
  broker: Broker
  log: Logger
}

/**
 * Makes the step of a relay: it publishes all there is in the shards that it can have, and answers whether messages wait in others.
 * The order of a subject needs no care in here, because a shard is never in two batches at once: the next rows of a
 * shard are read when those before are deleted, or failed. What overlaps are the batches of different shards.
 */
export function makeRelayStep({ db, broker, log, owner }: RelayOptions & { owner: string }) {
  const shards = holdShards(db, owner)
  const publisher = makeBatchPublisher({ db, broker, log })
  /** With a batch on its way. */
  const busy = new Set<number>()
  /** Whose last batch was full. Each gets batches of its own; all others go together. */
  const full = new Set<number>()
  /** Seen to have messages, and not read since. */
  let waiting: number[] = []
  let elsewhere = false
  let lookAt = 0
  /** Whether something was published since the last look. */
  let moved = false
  /** Whether no batch was on its way at the last look: only then is every idle shard given back. */
  let sawAll = true

  async function relayBatch(batch: readonly number[]) {
    for (const shard of batch) busy.add(shard)
    try {
      await listOutbox(db, batch, BATCH, publisher.heldSubjects()).then((rows) => publishRows(batch, rows))
    } finally {
      for (const shard of batch) busy.delete(shard)
    }
  }

  // Not async, and no function in here may mention `rows`: they are garbage as soon as they are written.
  function publishRows(batch: readonly number[], rows: readonly OutboxRow[]): Promise<void> | undefined {
    const isFull = rows.length === BATCH
    for (const shard of batch) {
      full.delete(shard)
      if (isFull) full.add(shard)
    }
    // Reading may have taken long.
    if (rows.length === 0 || !batch.every((shard) => shards.isSafe(shard, PUBLISH_MS))) return undefined
    return publisher.publish(rows).then(() => {
      moved = true
      if (!isFull) lookAt = 0
    })
  }

  async function look() {
    lookAt = Date.now() + LOOK_EVERY_MS
    moved = false
    sawAll = busy.size === 0
    const seen = await shards.look({ busy, full })
    waiting = seen.waiting
    elsewhere = seen.elsewhere
    for (const shard of full) if (!shards.has(shard)) full.delete(shard)
  }

  const isReady = (shard: number) => !busy.has(shard) && shards.isSafe(shard)

  /** The shards of the next batch. */
  function next(): number[] {
    const together = waiting.filter((shard) => isReady(shard) && !full.has(shard))
    if (together.length > 0) {
      waiting = []
      return together
    }
    return [...full].filter(isReady).slice(0, 1)
  }

  return async (signal?: AbortSignal): Promise<boolean> => {
    if (!broker.health().connected) {
      // Another relay may be better off.
      await shards.giveAll()
      return false
    }
    const running = new Set<Promise<void>>()
    const failures: unknown[] = []
    const note = (error: unknown) => void failures.push(error)
    const goesOn = () => failures.length === 0 && !signal?.aborted
    lookAt = 0
    do {
      if (goesOn() && Date.now() >= lookAt) await look().catch(note)
      while (goesOn() && running.size < BATCHES) {
        const batch = next()
        if (batch.length === 0) break
        const relaying: Promise<void> = relayBatch(batch)
          .catch(note)
          .finally(() => running.delete(relaying))
        running.add(relaying)
      }
      if (running.size > 0) await Promise.race(running)
      // Nothing more to do as far as is known: the last look must be younger than the last batch.
      if (running.size === 0) lookAt = 0
    } while (running.size > 0 || (moved && goesOn()))
    if (!sawAll && goesOn()) await look().catch(note)
    if (failures.length > 0) throw failures[0]
    return elsewhere && !signal?.aborted
  }
}

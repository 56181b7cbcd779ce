import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { releaseShards } from '../db/outbox/shards.ts'
import { makeNudge, runEvery } from '../process/run-every.ts'
import { measureOutbox } from './relay/outbox-gauges.ts'
import { makeRelayStep, type RelayOptions } from './relay/step.ts'

const POLL_MS = 1_000
/** How soon to look again at shards that others have: they may be given up, or their relay may have died. */
const LOOK_AGAIN_MS = 100
/** However many commits nudge it, a relay that finds nothing looks no oftener. */
const LOOK_GAP_MS = 10

export interface Relay {
  /** Call after a commit that wrote to the outbox: it is published at once instead of at the next poll. */
  nudge(): void
  /** Ends after the batches in hand, and gives the leases back. */
  stop(): Promise<void>
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
  const publishAll = makeRelayStep({ db, broker, log, owner })
  const step = async (signal: AbortSignal) => {
    const elsewhere = await publishAll(signal)
    await sleep(elsewhere ? LOOK_AGAIN_MS : LOOK_GAP_MS, undefined, { signal }).catch(() => undefined)
    return elsewhere
  }
  const running = runEvery(POLL_MS, step, {
    signal: stopping.signal,
    nudge,
    onError: (err) => log.warn({ err }, 'the outbox could not be emptied; it keeps what it has'),
  })
  const unmeasure = measureOutbox(db)
  return {
    nudge: nudge.nudge,
    async stop() {
      stopping.abort()
      unmeasure()
      await running
      await releaseShards(db, owner).catch(() => {})
    },
  }
}

import { fragments } from '@lifeline/backbone/db/dialect/fragments'
import { counter } from '@lifeline/backbone/process/metrics'
import { runEvery } from '@lifeline/backbone/process/run-every'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import cron from 'node-cron'
import { makeFold } from './fold.ts'
import { pruneOnce } from './retention.ts'
import { rotateOnce } from './rotate.ts'
import { type TickOptions, tick, WAKING_KINDS } from './tick.ts'

const repaired = counter('wakes_repaired_total', 'Overdue rows that no tick would have found. More than none is a defect.', ['kind'])

const TICK_MS = 1_000
const FOLD_MS = 1_000
const UPKEEP_MS = 10 * 60_000
/** The brief's five minutes. */
const SAFETY_NET = '*/5 * * * *'

/**
 * Everything that happens because time passed. A tick a second does what is due, a fold a second keeps the
 * rollups; every five minutes the brief's own query looks for what the ticks would miss; every ten minutes old rows go.
 */
export interface ClockOptions extends TickOptions {
  secrets: Secrets
}

export function startClock(options: ClockOptions) {
  const { db, clock, log } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const onError = (what: string) => (err: unknown) => log.error({ err }, `${what} failed; trying again`)
  const loops = [
    runEvery(TICK_MS, () => tick(options), { signal, onError: onError('a tick') }),
    runEvery(FOLD_MS, makeFold(db), { signal, onError: onError('folding') }),
    runEvery(UPKEEP_MS, () => pruneOnce(db, new Date()), { signal, onError: onError('retention') }),
    runEvery(UPKEEP_MS, () => rotate(), { signal, onError: onError('the rotation of signing keys') }),
    runEvery(UPKEEP_MS, () => vacuum(), { signal, onError: onError('vacuum') }),
  ]
  const safetyNet = cron.schedule(SAFETY_NET, () => repairOnce(options).catch(onError('the safety net')), { noOverlap: true })

  async function rotate() {
    await rotateOnce(options, new Date())
    return false
  }

  async function vacuum() {
    await fragments(db).vacuum(db)
    return false
  }

  log.debug({ now: clock.now() }, 'clock started')
  return {
    async stop() {
      await safetyNet.destroy()
      stopping.abort()
      await Promise.all(loops)
      await vacuum().catch(onError('vacuum'))
    },
  }
}

/** The safety net under `wake_at`, once. Exported because nobody should have to wait five minutes to see it work. */
export async function repairOnce({ db, clock, log }: TickOptions): Promise<number> {
  let found = 0
  for (const { name, table, repair } of WAKING_KINDS) {
    const rows = await repair(db, clock.now())
    if (rows === 0) continue
    found += rows
    repaired.inc({ kind: name }, rows)
    log.error({ [table]: rows }, `overdue ${table} had no wake; they are due now`)
  }
  return found
}

import { DomainError } from '@lifeline/backbone/db/errors'
import { countDeltas, foldDeltas } from '@lifeline/backbone/db/rollups/fold-deltas'
import type { Db } from '@lifeline/backbone/db/schema'
import { counter, gauge } from '@lifeline/backbone/process/metrics'
import type { Step } from '@lifeline/backbone/process/run-every'

const folded = counter('task_deltas_folded_total', 'Changes of tasks that were folded into the rollups.')
const waiting = gauge('task_deltas_waiting', 'Changes of tasks that are not in the rollups yet; metrics add them up one by one.')

/** Folded in one transaction, in a tenth of a second or two. */
const BATCH = 5_000

/** A step that folds a batch of what has changed into the rollups, and answers whether there may be more. Any number of clocks may fold. */
export function makeFold(db: Db): Step {
  let behind = false
  return async () => {
    // Counting takes as long as there is to count, so not again for each batch.
    if (!behind) waiting.set(await countDeltas(db))
    const count = await foldDeltas(db, BATCH).catch(noneIfContended)
    folded.inc(count)
    waiting.dec(count)
    behind = count === BATCH
    return behind
  }
}

/** Another clock folds the same rows: they are in good hands. */
function noneIfContended(error: unknown): number {
  if (error instanceof DomainError && (error.code === 'contended' || error.code === 'deadlock')) return 0
  throw error
}

import { DomainError } from '@lifeline/backbone/db/errors'
import type { Log } from '@lifeline/backbone/process/log'
import type { App } from '../app.ts'
import type { Counts, SharedCounts } from './shared-counts.ts'

/** So long one process may not know what the others have let through. */
const SHARE_MS = 1_000

/** Shares what is counted, a second after the first hit and on while there are more. Nothing runs while nothing is limited. */
export function keepSharing(app: App, counts: SharedCounts, log: Log): Counts {
  let timer: NodeJS.Timeout | undefined
  let sharing: Promise<void> | undefined
  let isClosed = false
  let isAway = false

  function schedule() {
    if (timer !== undefined || isClosed) return
    timer = setTimeout(() => {
      sharing = share()
    }, SHARE_MS)
    // What was not told is lost with the process; that is no reason for it to go on.
    timer.unref()
  }

  async function share() {
    let more = true
    try {
      more = await counts.share()
      isAway = false
    } catch (error) {
      // Once an outage, not once a second.
      if (!isAway)
        log.warn({ why: error instanceof DomainError ? error.message : error }, 'rate limits are not shared; each process counts alone')
      isAway = true
    }
    timer = undefined
    if (more) schedule()
  }

  app.addHook('onClose', async () => {
    isClosed = true
    clearTimeout(timer)
    await sharing
  })

  return {
    read: counts.read,
    hit(subject) {
      schedule()
      return counts.hit(subject)
    },
  }
}

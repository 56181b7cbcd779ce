/** One piece of work. Answers whether there may be more, so that a loop goes on at once instead of waiting. */
export type Step = (signal: AbortSignal) => Promise<boolean>

interface LoopOptions {
  signal: AbortSignal
  onError: (error: unknown) => void
  /** Lets whoever makes work end the wait. */
  nudge?: Nudge
}

/** Waits double after each failure in a row, from the loop's own interval to this. */
const MAX_BACKOFF_MS = 10_000

/**
 * The one loop of the repository: runs `step` until it says there is no more, waits, and starts again, until the
 * signal. A failure is reported and waited out; the promise resolves when the running step has ended.
 */
export async function runEvery(waitMs: number, step: Step, { signal, onError, nudge = makeNudge() }: LoopOptions): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      while (!signal.aborted && (await step(signal))) failures = 0
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      failures++
      onError(error)
    }
    if (failures === 0) await nudge.wait(waitMs, signal)
    else await makeNudge().wait(Math.min(MAX_BACKOFF_MS, Math.max(waitMs, 100) * 2 ** failures), signal)
  }
}

/** In-memory signal from a writer to the loop that handles what was written. */
export interface Nudge {
  nudge(): void
  /** Resolves after `ms`, at the signal, or at a nudge; one that came since the last wait counts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export function makeNudge(): Nudge {
  let pending = false
  let wake = () => {}
  return {
    nudge() {
      pending = true
      wake()
    },
    async wait(ms, signal) {
      if (!pending && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const done = () => {
            clearTimeout(timer)
            signal.removeEventListener('abort', done)
            resolve()
          }
          const timer = setTimeout(done, ms)
          signal.addEventListener('abort', done)
          wake = done
        })
        wake = () => {}
      }
      pending = false
    },
  }
}

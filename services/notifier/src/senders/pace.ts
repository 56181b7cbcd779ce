import { setTimeout as sleep } from 'node:timers/promises'
import { DelayedError } from './sender.ts'

/** How fast a channel may be sent through: so many at once, and one beginning in so many milliseconds. Each process counts for itself. */
export interface Pace {
  atOnce: number
  everyMs: number
}

/** Nothing waits longer in hand, where it would be in the way of other channels; it comes back later. */
const PATIENCE_MS = 4_000

interface Lane {
  active: number
  /** When the next may begin. */
  next: number
  waiting: (() => void)[]
}

/**
 * Does work in the turn of its channel. When that would take too long, or the channel's provider has told us to wait, it throws
 * DelayedError and nothing was done.
 */
export function makePace({ atOnce, everyMs }: Pace, signal: AbortSignal) {
  const lanes = new Map<string, Lane>()

  return async <T>(channel: string, work: () => Promise<T>): Promise<T> => {
    const lane = lanes.get(channel) ?? { active: 0, next: 0, waiting: [] }
    lanes.set(channel, lane)
    await enter(lane)
    try {
      await turn(lane)
      return await work()
    } catch (error) {
      if (error instanceof DelayedError && error.throttled) lane.next = Math.max(lane.next, Date.now() + error.retryAfterMs)
      throw error
    } finally {
      // Whoever waits gets this place, so that nobody slips in between.
      const next = lane.waiting.shift()
      if (next === undefined) lane.active--
      else next()
      if (lane.active === 0 && lane.next < Date.now()) lanes.delete(channel)
    }
  }

  async function enter(lane: Lane): Promise<void> {
    if (lane.active < atOnce) {
      lane.active++
      return
    }
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        patience.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        lane.waiting.splice(lane.waiting.indexOf(go), 1)
        reject(busy(PATIENCE_MS))
      }
      if (patience.aborted) return reject(busy(PATIENCE_MS))
      patience.addEventListener('abort', leave, { once: true })
      lane.waiting.push(go)
    })
  }

  async function turn(lane: Lane): Promise<void> {
    const now = Date.now()
    const at = Math.max(now, lane.next)
    if (at - now > PATIENCE_MS) throw busy(at - now)
    lane.next = at + everyMs
    if (at > now) await sleep(at - now, undefined, { signal }).catch(() => Promise.reject(busy(PATIENCE_MS)))
  }
}

const busy = (retryAfterMs: number) => new DelayedError('Too much is waiting for the channel.', { throttled: true, retryAfterMs })

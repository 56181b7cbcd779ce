import { LRUCache } from 'lru-cache'

/** A scheduler may report so often: a run that starts, logs and ends is three, and a few may end at once. */
export const [PINGS_PER_SECOND, BURST] = [5, 50]

/** Beyond these the one that was heard of longest ago has its burst again. */
const MOST_SCHEDULERS = 200_000

/** Limits signals by scheduler, in this process: answers 0 when one more is let through, else the milliseconds to wait. */
export function makePingLimit(machineNow: () => Date): (id: string) => number {
  const buckets = new LRUCache<string, { left: number; at: number }>({ max: MOST_SCHEDULERS })
  return (id) => {
    const now = machineNow().getTime()
    const bucket = buckets.get(id) ?? { left: BURST, at: now }
    const left = Math.min(BURST, bucket.left + (Math.max(0, now - bucket.at) * PINGS_PER_SECOND) / 1_000)
    buckets.set(id, { left: left >= 1 ? left - 1 : left, at: now })
    return left >= 1 ? 0 : Math.ceil(((1 - left) * 1_000) / PINGS_PER_SECOND)
  }
}

import { LRUCache } from 'lru-cache'

/** Counts what somebody tries, in windows that begin with the first try. Kept in the memory of this process: replicas count for themselves, and a restart forgets. */
export interface Attempts {
  /** Milliseconds until another try is allowed; undefined when it is allowed now. */
  waitMs(bucket: string): number | undefined
  count(bucket: string): void
  clear(bucket: string): void
}

export function makeAttempts(limit: number, windowMs: number): Attempts {
  // Whoever tries a hundred thousand names pushes out the oldest counts, of names that are not tried any more.
  const counts = new LRUCache<string, { used: number; until: number }>({ max: 100_000 })
  const current = (bucket: string) => {
    const entry = counts.get(bucket)
    return entry !== undefined && entry.until > Date.now() ? entry : undefined
  }
  return {
    waitMs(bucket) {
      const entry = current(bucket)
      return entry === undefined || entry.used < limit ? undefined : entry.until - Date.now()
    },
    count(bucket) {
      const { used, until } = current(bucket) ?? { used: 0, until: Date.now() + windowMs }
      counts.set(bucket, { used: used + 1, until })
    },
    clear: (bucket) => void counts.delete(bucket),
  }
}

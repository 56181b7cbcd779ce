import { randomUUID } from 'node:crypto'
import { shareCounts } from '@lifeline/backbone/db/rate-counts/share-counts'
import type { Db } from '@lifeline/backbone/db/schema'

export const WINDOW_MS = 60_000

/** Subjects that are counted in a window, at most: whoever has more addresses than this to ask from is forgotten in turn. */
const MOST_SUBJECTS = 50_000
/** Subjects that are shared in one transaction. */
const CHUNK = 1_000

interface Count {
  own: number
  /** Of all other processes, as last heard. */
  others: number
}

export interface Counts {
  /** Counts one more. Answers how many there are in this window, and milliseconds to its end. */
  hit(subject: string): { current: number; ttl: number }
  /** The same without counting. */
  read(subject: string): { current: number; ttl: number }
}

export interface SharedCounts extends Counts {
  /** Tells the other processes what was counted since the last time, and hears of theirs. Answers whether there is more to tell by now. */
  share(): Promise<boolean>
}

/**
 * Counts by subject in windows of one minute of machine time, the same for all processes. Each counts in memory, and hears of
 * the others once a second: a limit may be overshot by what the others let through in that second, and no request waits for
 * the database. While it is away, each process knows only what it has counted itself.
 */
export function makeSharedCounts(db: Db, now: () => Date): SharedCounts {
  const process = randomUUID()
  let windowAt = 0
  let counts = new Map<string, Count>()
  let untold = new Set<string>()

  function enterWindow() {
    const ms = now().getTime()
    const begin = ms - (ms % WINDOW_MS)
    if (begin !== windowAt) {
      windowAt = begin
      counts = new Map()
      untold = new Set()
    }
    return windowAt + WINDOW_MS - ms
  }

  /** Puts it last: what was asked for longest ago is first, and the first to be forgotten. */
  function countOf(subject: string): Count {
    const count = counts.get(subject) ?? { own: 0, others: 0 }
    counts.delete(subject)
    counts.set(subject, count)
    const [oldest] = counts.size > MOST_SUBJECTS ? counts.keys() : []
    if (oldest !== undefined) {
      counts.delete(oldest)
      untold.delete(oldest)
    }
    return count
  }

  return {
    hit(subject) {
      const ttl = enterWindow()
      const count = countOf(subject)
      count.own++
      untold.add(subject)
      return { current: count.own + count.others, ttl }
    },
    read(subject) {
      const ttl = enterWindow()
      const { own, others } = counts.get(subject) ?? { own: 0, others: 0 }
      return { current: own + others, ttl }
    },
    async share() {
      enterWindow()
      const [told, at] = [counts, windowAt]
      const subjects = [...untold].slice(0, CHUNK)
      const hits = subjects.map((subject) => ({ subject, hits: told.get(subject)?.own ?? 0 }))
      const others = await shareCounts(db, process, new Date(at), hits)
      // The window may have ended meanwhile, and with it these counts.
      for (const { subject, hits: known } of hits) {
        const count = told.get(subject)
        if (count === undefined) continue
        count.others = others.get(subject) ?? 0
        if (told === counts && count.own === known) untold.delete(subject)
      }
      return untold.size > 0
    },
  }
}

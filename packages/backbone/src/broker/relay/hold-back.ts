const FIRST_HOLD_MS = 1_000
const LONGEST_HOLD_MS = 60_000
/** More would not fit the list of one statement; when so many fail, the broker is the trouble, not they. */
const MOST_HELD = 500

/** Keeps subjects whose message was refused out of the next batches for a while, so that they hold up nobody else. */
export function holdBack() {
  const held = new Map<string, { until: number; holdMs: number }>()
  return {
    subjects: (now: number) => [...held].filter(([, { until }]) => until > now).map(([subject]) => subject),
    note(gone: Iterable<string>, failed: Iterable<string>, now: number) {
      if (held.size > 0) for (const subject of gone) held.delete(subject)
      for (const subject of failed) {
        const holdMs = Math.min(LONGEST_HOLD_MS, 2 * (held.get(subject)?.holdMs ?? FIRST_HOLD_MS / 2))
        if (held.has(subject) || held.size < MOST_HELD) held.set(subject, { until: now + holdMs, holdMs })
      }
    },
  }
}

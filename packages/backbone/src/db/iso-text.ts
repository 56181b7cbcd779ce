const DAY_MS = 86_400_000
/** Of days whose beginning is remembered: a list of a page of anything is about fewer. */
const MOST_DAYS = 1_000

const TWO = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'))
const THREE = Array.from({ length: 1_000 }, (_, i) => String(i).padStart(3, '0'))

/** `2026-03-02T`, by the number of the day since 1970. */
const days = new Map<number, string>()

let [lastMs, lastText] = [0, '1970-01-01T00:00:00.000Z']

/**
 * An instant as JSON has it: what `toISOString` answers or throws, in a fifth of the time, for every row has a few. The last
 * answer is kept: the rows and events of a change repeat their instants.
 */
export function isoText(instant: Date): string {
  const ms = instant.getTime()
  if (ms !== lastMs) {
    const day = Math.floor(ms / DAY_MS)
    const begin = days.get(day) ?? remember(day, instant)
    const time = ms - day * DAY_MS
    const seconds = Math.floor(time / 1_000)
    const [minutes, fraction] = [Math.floor(seconds / 60), THREE[time % 1_000]]
    lastText = `${begin}${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}:${TWO[seconds % 60]}.${fraction}Z`
    lastMs = ms
  }
  return lastText
}

function remember(day: number, instant: Date): string {
  const text = instant.toISOString()
  const begin = text.slice(0, text.indexOf('T') + 1)
  if (days.size >= MOST_DAYS) days.clear()
  days.set(day, begin)
  return begin
}

export const isoOrNull = (instant: Date | null) => (instant === null ? null : isoText(instant))

const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** `in 3 hours`, `2 days ago`, `now`: the distance from one instant to another, in the largest unit that fits. */
export function relativeTime(to: Date, from: Date): string {
  const seconds = (to.getTime() - from.getTime()) / 1_000
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' })
  for (const [unit, size] of UNITS) if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit)
  return Math.abs(seconds) < 1 ? 'now' : words.format(Math.trunc(seconds), 'second')
}

/** `Friday, 4 December 2026 at 17:00 (Europe/Berlin)` */
export function longTime(instant: Date, timeZone: string): string {
  const text = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone }).format(instant)
  return `${text} (${timeZone})`
}

/** `4 Dec 2026, 17:00:05`, for a list whose zone is told beside it. */
export function mediumTime(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(instant)
}

/** `2 hours 5 minutes`, `12 seconds`: a length of time, in its two largest units. */
export function spell(seconds: number): string {
  const units = [...UNITS, ['second', 1] as const].filter(([unit]) => unit !== 'year' && unit !== 'month')
  let rest = Math.round(seconds)
  const parts = units.flatMap(([unit, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`]
  })
  return parts.slice(0, 2).join(' ') || 'less than a second'
}

const DAY_MS = 86_400_000

/** `17:00`, or `4 Dec` where that is a day or more away from `now`: for tables. */
export function shortTime(instant: Date, timeZone: string, now: Date): string {
  const isNear = Math.abs(instant.getTime() - now.getTime()) < DAY_MS
  return isNear ? clockTime(instant, timeZone) : shortDate(instant, timeZone)
}

export const clockTime = (instant: Date, timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(instant)

export const shortDate = (instant: Date, timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone }).format(instant)

/** `2h 5m`, `12s`: as `spell`, for tables. */
export const shortSpell = (seconds: number) => (seconds < 1 ? '<1s' : spell(seconds).replace(/ (\w)[a-z]+/g, '$1'))

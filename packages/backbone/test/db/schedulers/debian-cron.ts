const MINUTE = 60_000
const NAMES: Record<number, readonly string[]> = {
  3: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  4: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
}
const BOUNDS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const

/** An entry of a crontab as Debian's cron holds it: the values of each field, and which of them begin with a star. */
interface Entry {
  fields: Set<number>[]
  stars: boolean[]
}

function parse(expression: string): Entry {
  const texts = expression.trim().split(/\s+/)
  const fields = texts.map((text, i) => {
    const [low, high] = BOUNDS[i] ?? [0, 0]
    const number = (word: string) => {
      const name = NAMES[i]?.indexOf(word.toLowerCase()) ?? -1
      return name === -1 ? Number(word) : name + (i === 3 ? 1 : 0)
    }
    const values = new Set<number>()
    for (const part of text.split(',')) {
      const [range = '', step = '1'] = part.split('/')
      const [from = '', to = from] = range.split('-')
      const [first, last] = range === '*' ? [low, high] : [number(from), number(to)]
      for (let value = first; value <= last; value += Number(step)) values.add(value)
    }
    return values
  })
  // Sunday is 0 and 7.
  if (fields[4]?.has(7)) fields[4].add(0)
  return { fields, stars: texts.map((text) => text.startsWith('*')) }
}

/**
 * The minutes in `[from, to)` at which Debian's cron starts a job, found by doing what it does: waking every minute, comparing
 * the zone's wall clock with a virtual one, and telling four cases of a difference between them apart (cron.c of Vixie cron
 * 3.0pl1 as Debian has it). Shares nothing with the product.
 */
export function debianCron(expressions: readonly string[], zone: string, from: Date, to: Date): number[][] {
  const entries = expressions.map(parse)
  const starts: number[][] = expressions.map(() => [])
  const wall = wallClock(zone)
  let instant = from.getTime()
  const run = (minute: number, kinds: { wild: boolean; fixed: boolean }) => {
    const at = new Date(minute * MINUTE)
    const now = [at.getUTCMinutes(), at.getUTCHours(), at.getUTCDate(), at.getUTCMonth() + 1, at.getUTCDay()]
    for (const [i, { fields, stars }] of entries.entries()) {
      const isWild = stars[0] === true || stars[1] === true
      if (isWild ? !kinds.wild : !kinds.fixed) continue
      const [inMinute, inHour, inDay, inMonth, inWeekday] = fields.map((values, field) => values.has(now[field] ?? -1))
      const inDays = stars[2] || stars[4] ? inDay && inWeekday : inDay || inWeekday
      if (inMinute && inHour && inMonth && inDays && starts[i]?.at(-1) !== instant) starts[i]?.push(instant)
    }
  }
  let virtual = wall(instant) - 1
  for (; instant < to.getTime(); instant += MINUTE) {
    const clock = wall(instant)
    const ahead = clock - virtual
    if (ahead === 1 || ahead > 180 || ahead <= -180) {
      virtual = clock
      run(clock, { wild: true, fixed: true })
    } else if (ahead > 5) {
      run(clock, { wild: true, fixed: false })
      while (virtual < clock) run(++virtual, { wild: false, fixed: true })
    } else if (ahead > 0) {
      while (virtual < clock) run(++virtual, { wild: true, fixed: true })
    } else run(clock, { wild: true, fixed: false })
  }
  return starts
}

/** Minutes since the epoch that a clock on the wall would show. */
function wallClock(zone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
  return (instant) => {
    const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
    return instant / MINUTE + (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  }
}

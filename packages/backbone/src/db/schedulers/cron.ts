import { Cron } from 'croner'
import { eraAt } from './zone.ts'

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** A parsed expression that matches now and then. Its matches are times on a clock on the wall, in milliseconds as if the wall were in UTC. */
interface Pattern {
  /** Neither minute nor hour begins with a star: it means these times of a day, not every so often. */
  isFixed: boolean
  /** The first match after a time. */
  after(wall: number): number
  /** As `shortestGapSeconds` answers it; undefined until somebody has asked. */
  gapSeconds?: number
}

/** Expressions repeat: a thousand crontabs hold a few hundred. */
const patterns = new Map<string, Pattern>()
const MOST_PATTERNS = 5_000

function patternOf(expression: string): Pattern {
  const known = patterns.get(expression)
  if (known !== undefined) return known
  const pattern = parse(expression)
  if (patterns.size >= MOST_PATTERNS) patterns.clear()
  patterns.set(expression, pattern)
  return pattern
}

/**
 * Of croner 11 we take the parser and the calendar, on a wall in UTC (utcOffset 0: 5 µs a match; with a zone 80). Its own
 * summer time is not that of Debian's cron: a step or a list makes a fixed time a repeated one (`0-30/10 2 * * *` is then
 * lost in spring), and days of which one begins with a star (every third, and a weekday) are either-or, where cron wants both. cron-parser 5 also runs
 * 02:30 at 03:30 on the day that has none, instead of at once, and needs 400 µs.
 */
function parse(expression: string): Pattern {
  const fields = (NICKNAMES[expression.trim().toLowerCase()] ?? expression).trim().split(/\s+/)
  const [minute = '', hour = '', day = '', , weekday = ''] = fields
  const domAndDow = day.startsWith('*') || weekday.startsWith('*')
  const cron = new Cron(fields.join(' '), { mode: '5-part', utcOffset: 0, domAndDow })
  const after = remembered((wall) => {
    const next = cron.nextRun(new Date(wall))
    if (next === null) throw new RangeError(`The cron expression ${expression} never matches.`)
    return next.getTime()
  })
  after(Date.UTC(2000, 0))
  return { isFixed: !minute.startsWith('*') && !hour.startsWith('*'), after }
}

/** Enough for the next fires of an expression in the zones of an installation. */
const MOST_GAPS = 16

/** Jobs with one expression ask for the same fires again and again: what comes after a time comes after all times up to it. */
function remembered(after: (wall: number) => number): (wall: number) => number {
  const gaps: { from: number; to: number }[] = []
  let turn = 0
  return (wall) => {
    for (const { from, to } of gaps) if (from <= wall && wall < to) return to
    const to = after(wall)
    const known = gaps.find((gap) => gap.to === to)
    if (known !== undefined) known.from = wall
    else gaps[turn++ % MOST_GAPS] = { from: wall, to }
    return to
  }
}

/** Why an expression cannot be used, in a sentence; undefined when it can. Five fields as in a crontab, names, `L`, `@daily` and its like. */
export function cronProblem(expression: string): string | undefined {
  const text = expression.trim()
  const fields = text.split(/\s+/)
  if (text.startsWith('@')) {
    if (text.toLowerCase() in NICKNAMES) return undefined
    return `${text} is none of ${Object.keys(NICKNAMES).join(', ')}.`
  }
  if (fields.length !== 5) {
    const seconds = fields.length === 6 ? ' Seconds are not among them.' : ''
    return `A cron expression has five fields (minute hour day month weekday); this one has ${text === '' ? 0 : fields.length}.${seconds}`
  }
  // To croner it is the time at which it is asked.
  if (text.includes('?')) return 'A cron expression has no "?"; "*" is every value.'
  try {
    patternOf(expression)
    return undefined
  } catch (error) {
    return error instanceof RangeError ? error.message : (error as Error).message.replace(/^CronPattern: (Syntax error, )?/, '')
  }
}

/** So many fires tell how close together they are: a day of a job every ten minutes, and more. */
const LOOKED_AT = 150

/** The shortest time between two fires, by the clock on the wall. Whoever registers asks, so it is worked out once an expression. */
export function shortestGapSeconds(expression: string): number {
  const pattern = patternOf(expression)
  if (pattern.gapSeconds !== undefined) return pattern.gapSeconds
  let shortest = Number.POSITIVE_INFINITY
  for (let i = 1, last = pattern.after(Date.UTC(2000, 0)); i < LOOKED_AT; i++) {
    const next = pattern.after(last)
    shortest = Math.min(shortest, next - last)
    last = next
  }
  pattern.gapSeconds = shortest / 1_000
  return pattern.gapSeconds
}

/** A jump of the clock by more than this is a new time, not summer time; as in cron. */
const LONGEST_JUMP = 3 * 3_600_000

/**
 * The first instant after another at which Debian's cron would start the job. Repeated jobs (`*` in minute or hour) go by
 * the clock on the wall, through an hour that is repeated twice. Fixed times in an hour that is skipped are made up for
 * right after it, and those in an hour that is repeated are over after the first.
 */
export function nextFire(expression: string, zone: string, after: Date): Date {
  const pattern = patternOf(expression)
  let era = eraAt(zone, after.getTime())
  let wall = after.getTime() + era.offset
  // In a repeated hour the fixed times up to its end have been.
  if (pattern.isFixed) wall = Math.max(wall, seenBefore(era.from, era.offsetBefore, era.offset))
  for (;;) {
    const match = pattern.after(wall)
    if (match - era.offset < era.until) return new Date(match - era.offset)
    const { until, offset } = era
    era = eraAt(zone, until)
    const skipped = era.offset - offset
    if (pattern.isFixed && skipped > 0 && skipped <= LONGEST_JUMP && match < until + era.offset) return new Date(until)
    wall = until + era.offset - 1
    if (pattern.isFixed) wall = Math.max(wall, seenBefore(until, offset, era.offset))
  }
}

/** The last time on the wall that was shown before a clock was set back by no more than summer time does. */
function seenBefore(change: number, before: number, after: number): number {
  return before - after > LONGEST_JUMP ? Number.NEGATIVE_INFINITY : change + before - 1
}

const DAY_MS = 86_400_000
/** Between them lies every instant that the API takes and the databases have in common. */
export const BEGINNING = new Date(0)
export const END = new Date('9999-12-31T23:59:59.999Z')

/** Tasks created at `from` or later and before `to`. */
export interface CreatedBetween {
  from?: Date
  to?: Date
}

/** What a rollup row sums up: the tasks created in one UTC day or month. */
export type Unit = 'day' | 'month'

export function utcDay(at: Date): Date {
  return new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS)
}

export function utcMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()))
}

const begin = (unit: Unit, at: Date) => (unit === 'day' ? utcDay(at) : utcMonth(at))

function next(unit: Unit, at: Date): Date {
  return unit === 'day' ? new Date(at.getTime() + DAY_MS) : new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1))
}

/** The whole units of a range, null when it has none, and what is left of it before and behind them. */
export function splitRange(range: CreatedBetween, unit: Unit): { whole: CreatedBetween | null; edges: CreatedBetween[] } {
  const { from, to } = range
  const first = from && wholeFrom(unit, from)
  const last = to && begin(unit, to)
  const none = (first !== undefined && first > END) || (first !== undefined && last !== undefined && first >= last)
  if (none) return { whole: null, edges: [range] }
  const edges = [
    ...(from !== undefined && first !== undefined && from < first ? [{ from, to: first }] : []),
    ...(to !== undefined && last !== undefined && last < to ? [{ from: last, to }] : []),
  ]
  return { whole: { ...(first && { from: first }), ...(last && { to: last }) }, edges }
}

function wholeFrom(unit: Unit, at: Date): Date {
  const beginning = begin(unit, at)
  return beginning.getTime() === at.getTime() ? at : next(unit, beginning)
}

import { isoText } from '../iso-text.ts'

/** More than five changes between Up and Down within an hour. */
const FLIPS = 6
const WITHIN_MS = 3_600_000

/** `flips` is a JSON list of the last instants of a change between Up and Down; none is null. */
export function flipsText({ flips }: { flips: string | null }, flip: Date): string {
  return JSON.stringify([...flipsOf({ flips }), isoText(flip)].slice(-FLIPS))
}

export function isFlapping(row: { flips: string | null }, now: Date): boolean {
  const flips = flipsOf(row)
  const [first = ''] = flips
  return flips.length === FLIPS && now.getTime() - Date.parse(first) < WITHIN_MS
}

function flipsOf({ flips }: { flips: string | null }): string[] {
  return flips === null ? [] : JSON.parse(flips)
}

/** When one that has flapped will have been calm for an hour, if it stays as it is at `now`; undefined when it is, or has not. */
export function calmAt(row: { flips: string | null }, now: Date): Date | undefined {
  const flips = flipsOf(row).map((flip) => Date.parse(flip))
  const [first = 0, last = 0] = [flips[0], flips.at(-1)]
  if (flips.length < FLIPS || last - first >= WITHIN_MS || now.getTime() >= last + WITHIN_MS) return undefined
  return new Date(last + WITHIN_MS)
}

import { isDeepStrictEqual } from 'node:util'

const BOOKKEEPING: ReadonlySet<string> = new Set(['version', 'updatedAt'])

/** The old values of the fields that differ, bookkeeping left out. Fields are JSON. */
export function differences<Shape extends object>(before: Shape, after: Shape, bookkeeping = BOOKKEEPING): Partial<Shape> {
  const old: Partial<Shape> = {}
  for (const field of Object.keys(before) as (keyof Shape & string)[])
    if (!bookkeeping.has(field) && !isSame(before[field], after[field])) old[field] = before[field]
  return old
}

/** `{field: {from, to}}`, as a log has it; null for a creation, whose whole row is the change. */
export function changesOf<Shape extends object>(old: Partial<Shape> | undefined, after: Shape) {
  if (old === undefined) return null
  return Object.fromEntries(Object.entries(old).map(([field, from]) => [field, { from, to: after[field as keyof Shape] }]))
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && isDeepStrictEqual(a, b))
}

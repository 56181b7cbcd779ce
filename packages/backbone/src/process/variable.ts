import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** A variable as a config schema declares it. Its description is one or more sentences, for README and for error messages. */
export interface Variable extends TSchema {
  type?: string
  enum?: readonly string[]
  minimum?: number
  maximum?: number
  minLength?: number
  default?: unknown
  description?: string
  /** What happens when an optional one is not set, for README. */
  whenUnset?: string
  /** Asked when it is set, with all that could be read: what it contradicts, to follow the variable's name, or undefined. */
  contradicts?: (value: unknown, config: Readonly<Record<string, unknown>>) => string | undefined
}

/** The value of a text: numbers are written in digits, booleans as true or false. What is neither stays a text. */
export function parseText({ type }: Variable, text: string): unknown {
  if (type === 'integer' || type === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  return text
}

/** What is wrong with a value, to follow the variable's name; undefined when nothing is. Never repeats the value. */
export function problemOf(variable: Variable, value: unknown): string | undefined {
  if (Value.Check(variable, value)) return undefined
  const refused = Value.Errors(variable, value).find(({ keyword }) => keyword === '~refine')
  if (refused !== undefined) return refused.message
  return rangeOf(variable) === undefined ? 'has not the form it must have' : `must be ${rangeOf(variable)}`
}

/** What values are allowed, in words, where the schema alone says it. */
export function rangeOf({ type, enum: names, minimum, maximum, minLength }: Variable): string | undefined {
  if (names !== undefined) return `one of ${names.join(', ')}`
  if (type === 'boolean') return 'true or false'
  if (type === 'string' && minLength !== undefined) return `a text of at least ${minLength} characters`
  if (type !== 'integer' && type !== 'number') return undefined
  const number = type === 'integer' ? 'a whole number' : 'a number'
  if (minimum !== undefined && maximum !== undefined) return `${number} from ${minimum} to ${maximum}`
  if (minimum !== undefined) return `${number} of at least ${minimum}`
  return maximum === undefined ? number : `${number} of at most ${maximum}`
}

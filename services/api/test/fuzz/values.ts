import fc, { type Arbitrary } from 'fast-check'
import { ODD_FORMATTED, ODD_NAMES, ODD_NUMBERS, ODD_NUMERALS, ODD_TEXTS, ODD_THINGS } from './odd-values.ts'
import type { Schema } from './operations.ts'

/** Stands for something that an answer has shown before: an id, a cursor, a token. `remember.ts` puts it in. */
export const known = (what: 'id' | 'cursor' | 'token' | 'etag' | 'slug') => fc.nat(999).map((n) => `«${what}:${n}»`)

/** Any Unicode, spaces and all, of a length that is often 1 or the most. */
function text({ minLength: min = 0, maxLength: max = 300 }: Schema): Arbitrary<string> {
  const most = Math.min(max, 5_000)
  const some = fc.string({
    unit: fc.oneof(
      { arbitrary: fc.constantFrom(...'abc XYZ09-_.'), weight: 9 },
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    minLength: Math.max(min, 1),
    maxLength: Math.max(Math.min(most, 20), min, 1),
  })
  const full = fc.constantFrom('x', 'é').map((letter) => letter.repeat(most))
  return fc.oneof({ arbitrary: some, weight: 8 }, full)
}

const email = fc
  .tuple(
    fc.constantFrom('ann', 'bob', 'Cy', 'd.e+f', "o'neil", 'x'.repeat(64)),
    fc.constantFrom('example.org', 'EXAMPLE.org', 'a.b', 'localhost'),
  )
  .map(([name, host]) => `${name}@${host}`)
const instant = fc
  .date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .chain((date) =>
    fc.constantFrom(date.toISOString(), date.toISOString().replace(/\.\d+Z$/, '+05:45'), '2026-03-02T09:00:01Z', '2026-03-01T00:00:00Z'),
  )
const FORMATS: Readonly<Record<string, Arbitrary<string>>> = {
  email,
  'date-time': instant,
  duration: fc.constantFrom('P1D', 'PT1H', 'PT2H30M', 'PT0.5S', 'P3650000D', 'PT1S'),
  uuid: fc.oneof(
    { arbitrary: known('id'), weight: 9 },
    fc.uuid(),
    fc.uuid().map((id) => id.toUpperCase()),
  ),
  uri: fc.webUrl(),
  cron: fc.constantFrom('0 2 * * *', '*/5 * * * *', '@daily', '30 1 L * 1-5', '0 0 2 * * *', '61 * * * *', '0 0 31 2 *'),
  'time-zone': fc.constantFrom('UTC', 'Asia/Jakarta', 'Europe/Berlin', 'America/Sao_Paulo', 'Mars/Olympus', '+07:00'),
}

/** Few, so that somebody who was registered with one also logs in with it. */
const passwords = fc.constantFrom('four words, none of them yours', 'çok uzun bir parola: 通行证', 'x'.repeat(15))

/** Names of members that hold what an answer has given, or what was sent before. */
const HELD: readonly (readonly [RegExp, Arbitrary<string>])[] = [
  [/password$/i, passwords],
  [/cursor$/i, known('cursor')],
  [/token$/i, known('token')],
  [/^slug$/i, known('slug')],
  [/(^|[a-z])id$/i, known('id')],
]

/** A value that fits the schema, as far as a schema can say it. `name` is the member's, which tells more. */
export function fitting(schema: Schema, name = ''): Arbitrary<unknown> {
  const { type, enum: values, anyOf, oneOf, allOf } = schema
  if (values !== undefined) return fc.constantFrom(...values)
  if ('const' in schema) return fc.constant(schema.const)
  const choices = anyOf ?? oneOf
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => fitting(choice, name)))
  if (allOf !== undefined) return fitting(Object.assign({}, ...allOf), name)
  if (Array.isArray(type)) return fc.oneof(...type.map((one) => fitting({ ...schema, type: one }, name)))
  switch (type) {
    case 'string':
      return fittingText(schema, name)
    case 'integer':
    case 'number': {
      const { minimum: min = -1_000, maximum: max = min + 100_000 } = schema
      return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, Math.min(max, 50), max))
    }
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(fitting(schema.items ?? {}, name), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 5, 20) })
    case 'object':
      return fittingObject(schema)
    default:
      return fc.oneof(fc.string(), fc.integer(), fc.constantFrom(...ODD_THINGS))
  }
}

function fittingText(schema: Schema, name: string): Arbitrary<string> {
  const { format = '', pattern } = schema
  const plain = FORMATS[format] ?? (pattern?.startsWith('^') ? matching(pattern) : text(schema))
  const held = HELD.find(([names]) => names.test(name))?.[1]
  return held === undefined ? plain : fc.oneof({ arbitrary: held, weight: 4 }, plain)
}

function matching(pattern: string): Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern), { maxLength: 100 })
  } catch {
    // A pattern that fast-check cannot turn around.
    return fc.string()
  }
}

function fittingObject({ properties = {}, required = [] }: Schema): Arbitrary<Record<string, unknown>> {
  const members = Object.entries(properties).map(([name, schema]) => {
    const value = fitting(schema, name).map((content): [string, unknown][] => [[name, content]])
    return required.includes(name) ? value : fc.oneof(value, fc.constant([]))
  })
  return fc.tuple(...members).map((parts) => Object.fromEntries(parts.flat()))
}

/** A value that may just miss the schema: at and beyond its limits, or of another type altogether. */
export function missing(schema: Schema): Arbitrary<unknown> {
  const odd = [fc.constantFrom<unknown>(...ODD_TEXTS), fc.constantFrom<unknown>(...ODD_NUMBERS), fc.constantFrom(...ODD_THINGS)]
  const close = ODD_FORMATTED[schema.format ?? ''] ?? (schema.type === 'integer' || schema.type === 'number' ? ODD_NUMERALS : [])
  return fc.oneof(...odd, fc.constantFrom(...beyond(schema)), ...(close.length === 0 ? [] : [fc.constantFrom<unknown>(...close)]))
}

function beyond({ minimum, maximum, minLength, maxLength, minItems, maxItems, items = {} }: Schema): unknown[] {
  const numbers = [minimum, maximum].flatMap((limit) =>
    limit === undefined ? [] : [limit - 1, limit, limit + 1, limit + 0.5, String(limit)],
  )
  const texts = [minLength, maxLength].flatMap((limit) =>
    limit === undefined ? [] : [limit - 1, limit, limit + 1].map((n) => 'x'.repeat(Math.max(n, 0))),
  )
  const [item] = fc.sample(fitting(items), { numRuns: 1, seed: 1 })
  const lists = [minItems, maxItems].flatMap((limit) =>
    limit === undefined ? [] : [limit - 1, limit, limit + 1].map((n) => Array(Math.max(n, 0)).fill(item)),
  )
  return [...numbers, ...texts, ...lists, undefined]
}

/** An object that fits but for one member: another value, absent, or one too many. */
export function almostFitting(schema: Schema): Arbitrary<unknown> {
  const names = Object.keys(schema.properties ?? {})
  if (names.length === 0) return missing(schema)
  const spoilt = fc.constantFrom(...names).chain((name) => fc.tuple(fc.constant(name), missing(schema.properties?.[name] ?? {})))
  const added = fc.tuple(fc.constantFrom(...ODD_NAMES), fc.oneof(fitting({}), fc.constant({ polluted: true })))
  return fc.tuple(fittingObject(schema), fc.oneof({ arbitrary: spoilt, weight: 3 }, added)).map(([whole, [name, value]]) => {
    return Object.fromEntries([
      ...Object.entries(whole).filter(([other]) => other !== name),
      ...(value === undefined ? [] : [[name, value]]),
    ])
  })
}

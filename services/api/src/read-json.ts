import { type FieldError, invalid, RequestError } from './problem.ts'

/** More than any body here needs; fewer than make validation slow. */
const [MAX_DEPTH, MAX_MEMBERS] = [20, 1_000]

/** How many wrong values one answer lists. */
export const MAX_ERRORS = 20

/**
 * Reads a body: UTF-8, JSON, no U+0000 and no lone surrogate anywhere (PostgreSQL can store neither), '' as null
 * (Oracle cannot tell them apart, so nobody may rely on the difference). An empty body is undefined.
 */
export function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined
  const errors: FieldError[] = []
  const value = clean(parse(body), '', 0, errors)
  if (errors.length > 0) throw invalid(errors)
  return value
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body))
  } catch (error) {
    throw new RequestError('bad_json', `The body is not JSON in UTF-8: ${(error as Error).message.slice(0, 200)}.`)
  }
}

function clean(value: unknown, pointer: string, depth: number, errors: FieldError[]): unknown {
  if (errors.length >= MAX_ERRORS) return value
  const refuse = (detail: string) => void errors.push({ in: 'body', pointer, detail })
  if (typeof value === 'string') {
    if (!isText(value)) refuse(NOT_TEXT)
    return value === '' ? null : value
  }
  if (typeof value !== 'object' || value === null) return value
  const names = Array.isArray(value) ? value : Object.keys(value)
  if (depth >= MAX_DEPTH) refuse(`must not be nested deeper than ${MAX_DEPTH} levels`)
  else if (names.length > MAX_MEMBERS) refuse(`must have at most ${MAX_MEMBERS} members; it has ${names.length}`)
  else if (Array.isArray(value)) return value.map((item, i) => clean(item, `${pointer}/${i}`, depth + 1, errors))
  else if (!names.every(isText)) refuse('has a member whose name has U+0000 or half of a surrogate pair')
  else {
    const members = Object.entries(value).map(([name, item]) => [name, clean(item, childPointer(pointer, name), depth + 1, errors)])
    return Object.fromEntries(members)
  }
  return value
}

export const NOT_TEXT = 'must not contain U+0000 or half of a surrogate pair'

export function isText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** JSON pointer (RFC 6901) to a member. A name may be as long as the body, so it is cut. */
export function childPointer(pointer: string, name: string): string {
  return `${pointer}/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

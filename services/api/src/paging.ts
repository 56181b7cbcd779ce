import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { invalid, RequestError } from './problem.ts'

const [DEFAULT_LIMIT, MAX_LIMIT] = [50, 200]

/** `total` is counted to here, and pages end here: whoever wants more follows the cursor, which costs the same on every page. */
export const MAX_TOTAL = 10_000

const size = `a whole number from 1 to ${MAX_LIMIT}`

/** The query parameters of every list: `limit` and `cursor`, or `page` and `pageSize`. */
export const CursorQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT, description: `${size} (how many; ${DEFAULT_LIMIT} unless given)` })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'the nextCursor of the page before' })),
}
export const PageQuery = {
  ...CursorQuery,
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_TOTAL, description: 'a whole number from 1 (the page, instead of cursor)' })),
  pageSize: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_LIMIT, description: `${size} (the size of a page; ${DEFAULT_LIMIT} unless given)` }),
  ),
}
type PageInput = Partial<Record<'limit' | 'page' | 'pageSize', number> & { cursor: string }>

/** The members of every list's answer, beside its `items`. */
export const PageSchema = {
  nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Where the next page starts; null on the last one.' }),
  total: Type.Optional(Type.Integer({ description: `With page and pageSize: how many there are, counted to ${MAX_TOTAL}.` })),
  totalIsMore: Type.Optional(Type.Literal(true, { description: `There are more than ${MAX_TOTAL}.` })),
  page: Type.Optional(Type.Integer()),
  pageSize: Type.Optional(Type.Integer()),
}

export interface Page {
  limit: number
  /** The key of the last item of the page before. */
  after: string | undefined
  /** Set when pages are counted. */
  numbered: { page: number; pageSize: number; offset: number } | undefined
}

/**
 * Reads the page from a query that has passed PageQuery. `filters` is everything else that was asked for: a cursor made
 * for other filters is refused (`bad_cursor`), because its page would be one of neither list.
 */
export function readPage({ limit, cursor, page, pageSize }: PageInput, filters: unknown, isKey: (key: string) => boolean): Page {
  if (page === undefined && pageSize === undefined) {
    return {
      limit: limit ?? DEFAULT_LIMIT,
      after: cursor === undefined ? undefined : readCursor(cursor, filters, isKey),
      numbered: undefined,
    }
  }
  if (limit !== undefined || cursor !== undefined)
    throw refused(cursor === undefined ? 'limit' : 'cursor', 'goes without page and pageSize')
  const numbered = { page: page ?? 1, pageSize: pageSize ?? DEFAULT_LIMIT }
  const offset = (numbered.page - 1) * numbered.pageSize
  if (offset >= MAX_TOTAL) throw refused('page', `must end within the first ${MAX_TOTAL} items; follow nextCursor instead`)
  return { limit: numbered.pageSize, after: undefined, numbered: { ...numbered, offset } }
}

function refused(field: string, detail: string) {
  return invalid([{ in: 'query', pointer: `/${field}`, detail }])
}

/** Cuts the one row more that was read to see whether there is a next page. */
export function cutPage<Row>(rows: readonly Row[], { limit }: Page, filters: unknown, keyOf: (row: Row) => string) {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const nextCursor = rows.length > limit && last !== undefined ? writeCursor(keyOf(last), filters) : null
  return { items, nextCursor }
}

/** The members that tell where a numbered page is; `count` has counted to MAX_TOTAL + 1. */
export function numbering({ numbered }: Page, count: number) {
  if (numbered === undefined) return {}
  const { page, pageSize } = numbered
  return { total: Math.min(count, MAX_TOTAL), ...(count > MAX_TOTAL ? { totalIsMore: true as const } : {}), page, pageSize }
}

const Cursor = Type.Tuple([Type.String(), Type.String()])

function writeCursor(key: string, filters: unknown): string {
  const cursor: Static<typeof Cursor> = [key, hashOf(filters)]
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

function readCursor(text: string, filters: unknown, isKey: (key: string) => boolean): string {
  const [key, hash] = parseCursor(text)
  if (!isKey(key)) throw new RequestError('bad_cursor', 'The cursor is not one of ours; take nextCursor as it was answered.')
  if (hash !== hashOf(filters))
    throw new RequestError('bad_cursor', 'The cursor belongs to a list with other filters; start again without it.')
  return key
}

function parseCursor(text: string): [key: string, hash: string] {
  try {
    const [key, hash] = JSON.parse(Buffer.from(text, 'base64url').toString())
    return [String(key), String(hash)]
  } catch {
    return ['', '']
  }
}

const hashOf = (filters: unknown) => createHash('sha256').update(JSON.stringify(filters)).digest('base64url').slice(0, 12)

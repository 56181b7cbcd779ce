import { fragments } from '../dialect/fragments.ts'
import { NotFoundError } from '../errors.ts'
import { readTogether } from '../read-together.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { isOwnScheduler, type SchedulerOwner } from './owner.ts'
import { type SchedulerRow, type ShownRow, sortedTags } from './scheduler.ts'
import type { SchedulerStatus } from './status.ts'

/** Schedulers by id, deleted ones left out, in no particular order. */
export async function findSchedulers(db: Db, ids: readonly string[]): Promise<SchedulerRow[]> {
  if (ids.length === 0) return []
  const { anyOf } = fragments(db)
  const query = db
    .selectFrom('schedulers')
    .selectAll()
    .where(anyOf('schedulers', 'id', ids))
    .where('deleted_at', 'is', null)
  // Side by side: a signal waits for no more than one round trip before it can be decided.
  const [rows, tags] = await Promise.all([query.execute(), findTags(db, ids)])
  return rows.map((row) => toRow(row, tags))
}

const findScheduler = readTogether<SchedulerRow>(async (db, ids) => new Map((await findSchedulers(db, ids)).map((row) => [row.id, row])))

/** One scheduler by id. Throws NotFoundError when there is none, it is deleted, or is not the owner's. */
export async function getScheduler(db: Db, id: string, owner?: SchedulerOwner): Promise<SchedulerRow> {
  const row = await findScheduler(db, id)
  if (row === undefined || !isOwnScheduler(row, owner)) throw new NotFoundError(`scheduler ${id}`)
  return row
}

type PlainRow = Omit<ShownRow, 'tags' | 'status'> & { status: string }

/** Adds their tags to rows of `schedulers`, keeping the order. */
export async function withTags(db: Db, rows: readonly PlainRow[]): Promise<ShownRow[]> {
  if (rows.length === 0) return []
  const tags = await findTags(
    db,
    rows.map((row) => row.id),
  )
  return rows.map((row) => toRow(row, tags))
}

/** Tags by the id of their scheduler. */
export async function findTags(db: Db, ids: readonly string[]): Promise<Map<string, string[]>> {
  const { anyOf } = fragments(db)
  const rows = await db
    .selectFrom('scheduler_tags')
    .selectAll()
    .where(anyOf('scheduler_tags', 'scheduler_id', ids))
    .execute()
  const tags = new Map<string, string[]>()
  for (const { scheduler_id, tag } of rows) {
    const own = tags.get(scheduler_id)
    if (own === undefined) tags.set(scheduler_id, [tag])
    else own.push(tag)
  }
  return tags
}

function toRow<Row extends PlainRow>(row: Row, tags: ReadonlyMap<string, string[]>) {
  // The CHECK constraint holds status to the table of moves.
  return { ...row, status: row.status as SchedulerStatus, tags: sortedTags(tags.get(row.id) ?? []) }
}

/** Which of these names are taken, with the id of the one that has it. */
export async function findNames(db: Db, names: readonly string[]): Promise<Map<string, string>> {
  if (names.length === 0) return new Map()
  const { anyOf } = fragments(db)
  const rows = await db
    .selectFrom('schedulers')
    .select(['id', 'name_key'])
    .where(anyOf('schedulers', 'name_key', names))
    .execute()
  return new Map(rows.map(({ id, name_key }) => [name_key ?? '', id]))
}

/** The id of the one with this name; undefined when it is free. */
export const findIdByName = readTogether<string>(findNames)

/** The id behind a slug; undefined when there is none. */
export async function findIdBySlug(db: Db, slug: string): Promise<string | undefined> {
  const row = await reading(() => db.selectFrom('schedulers').select('id').where('slug', '=', slug).executeTakeFirst())
  return row?.id
}

/** Tokens never change hands, so what was found once stays true; whether it is deleted is seen when it is read. */
const MOST_TOKENS = 100_000

/** Answers the id behind a ping token, undefined when there is none; asks the database once for each. */
export function makeTokenLookup(db: Db): (token: string) => Promise<string | undefined> {
  const known = new Map<string, string>()
  return async (token) => {
    const found = known.get(token)
    if (found !== undefined) return found
    const row = await reading(() => db.selectFrom('schedulers').select('id').where('ping_token', '=', token).executeTakeFirst())
    if (row === undefined) return undefined
    if (known.size >= MOST_TOKENS) known.clear()
    known.set(token, row.id)
    return row.id
  }
}

import { fragments } from '../dialect/fragments.ts'
import { NotFoundError } from '../errors.ts'
import { readTogether } from '../read-together.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { isOwnScheduler, type SchedulerOwner } from './owner.ts'
import { readWithTags } from './read-with-tags.ts'
import type { SchedulerRow } from './scheduler.ts'

/** Schedulers by id, deleted ones left out, in no particular order. */
export async function findSchedulers(db: Db, ids: readonly string[]): Promise<SchedulerRow[]> {
  if (ids.length === 0) return []
  const query = db
    .selectFrom('schedulers')
    .selectAll()
    .where(fragments(db).anyOf('schedulers', 'id', ids))
    .where('deleted_at', 'is', null)
  return await readWithTags(db, query, ids)
}

const findScheduler = readTogether<SchedulerRow>(async (db, ids) => new Map((await findSchedulers(db, ids)).map((row) => [row.id, row])))

/** One scheduler by id. Throws NotFoundError when there is none, it is deleted, or is not the owner's. */
export async function getScheduler(db: Db, id: string, owner?: SchedulerOwner): Promise<SchedulerRow> {
  const row = await findScheduler(db, id)
  if (row === undefined || !isOwnScheduler(row, owner)) throw new NotFoundError(`scheduler ${id}`)
  return row
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

import { type SelectQueryBuilder, sql } from 'kysely'
import { fragments } from '../dialect/fragments.ts'
import type { Db, Schema } from '../schema.ts'
import { sortedTags } from './scheduler.ts'
import type { SchedulerStatus } from './status.ts'

/** What is read of a row. */
interface Read {
  id: string
  status: string
}

/**
 * The rows of a query of `schedulers`, in its order, with their tags: in the same statement where the database can. Where it
 * cannot, `ids`, if they are known, let it read both at once.
 */
export async function readWithTags<Row extends Read>(
  db: Db,
  query: SelectQueryBuilder<Schema, 'schedulers', Row>,
  ids?: readonly string[],
) {
  const { arrayOf } = fragments(db)
  const own = db.selectFrom('scheduler_tags').select('tag').where('scheduler_id', '=', sql.ref<string>('schedulers.id'))
  const whole = arrayOf === undefined ? query : query.select(arrayOf(own).as('tags'))
  const reading = whole.$castTo<Row & { tags?: string[] }>().execute()
  const beside = arrayOf === undefined ? findTags(db, ids ?? (await reading).map(({ id }) => id)) : new Map<string, string[]>()
  const [rows, tags] = await Promise.all([reading, beside])
  return rows.map((row) => withTags(row, row.tags ?? tags.get(row.id) ?? []))
}

function withTags<Row extends Read>(row: Row, tags: readonly string[]) {
  // The CHECK constraint holds status to the table of moves.
  return { ...row, status: row.status as SchedulerStatus, tags: sortedTags(tags) }
}

/** Tags by the id of their scheduler. */
async function findTags(db: Db, ids: readonly string[]): Promise<Map<string, string[]>> {
  const tags = new Map<string, string[]>()
  if (ids.length === 0) return tags
  const { anyOf } = fragments(db)
  const rows = await db
    .selectFrom('scheduler_tags')
    .selectAll()
    .where(anyOf('scheduler_tags', 'scheduler_id', ids))
    .execute()
  for (const { scheduler_id, tag } of rows) {
    const own = tags.get(scheduler_id)
    if (own === undefined) tags.set(scheduler_id, [tag])
    else own.push(tag)
  }
  return tags
}

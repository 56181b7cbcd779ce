import { type ExpressionBuilder, sql } from 'kysely'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'
import type { SchedulerOwner } from './owner.ts'
import { readWithTags } from './read-with-tags.ts'
import { SHOWN_COLUMNS, type ShownRow } from './scheduler.ts'
import { type SchedulerStatus, WATCHED_STATUSES } from './status.ts'

/** What a scheduler must be like to be listed; a field that is absent asks nothing. */
export interface SchedulerFilter {
  /** One of these. */
  status?: readonly SchedulerStatus[]
  /** All of these. */
  tags?: readonly string[]
  /** A part of its name, in upper or lower case. */
  name?: string
  /** Expected by `now`, and neither running nor Down. */
  late?: boolean
  /** Whether one of these covers it. */
  silenced?: { is: boolean; by: readonly Cover[] }
  owner?: SchedulerOwner
  /** Domain time. */
  now: Date
}

/** For one scheduler, for those with a tag, or for all. */
export interface Cover {
  scheduler_id: string | null
  tag: string | null
}

export interface SchedulerPage {
  limit: number
  /** Only schedulers older than this one: the last of the page before. */
  afterId?: string
  /** Rows to skip, for those who count pages. */
  offset?: number
}

/** Schedulers that match, newest first; deleted ones are left out. */
export function listSchedulers(db: Db, filter: SchedulerFilter, { limit, afterId, offset = 0 }: SchedulerPage): Promise<ShownRow[]> {
  return reading(async () => {
    const query = matching(db, filter).select(SHOWN_COLUMNS).orderBy('id', 'desc')
    const page = afterId === undefined ? query : query.where('id', '<', afterId)
    return await readWithTags(db, (offset > 0 ? page.offset(offset) : page).fetch(limit))
  })
}

/** How many schedulers match, counted to `cap` and no further. */
export function countSchedulers(db: Db, filter: SchedulerFilter, cap: number): Promise<number> {
  return reading(async () => {
    const { count } = await db
      .selectFrom(matching(db, filter).select('id').fetch(cap).as('counted'))
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  })
}

function matching(db: Db, { status, tags = [], name, late, silenced, owner, now }: SchedulerFilter) {
  return db
    .selectFrom('schedulers')
    .where((eb) =>
      eb.and([
        eb('deleted_at', 'is', null),
        ...(status === undefined ? [] : [eb('status', 'in', status)]),
        ...tags.map((tag) => eb('id', 'in', eb.selectFrom('scheduler_tags').select('scheduler_id').where('tag', '=', tag))),
        ...(name === undefined ? [] : [sql<boolean>`lower(${eb.ref('name')}) like ${containing(name)} escape '!'`]),
        ...(owner === undefined ? [] : [eb('created_by', 'in', owner)]),
        ...(silenced === undefined ? [] : [silenced.is ? isCovered(eb, silenced.by) : eb.not(isCovered(eb, silenced.by))]),
        ...(late === undefined ? [] : [late ? isLate(eb, now) : eb.not(isLate(eb, now))]),
      ]),
    )
}

type Builder = ExpressionBuilder<Schema, 'schedulers'>

function isCovered(eb: Builder, by: readonly Cover[]) {
  const covers = by.map(({ scheduler_id, tag }) => {
    if (scheduler_id !== null) return eb('id', '=', scheduler_id)
    return tag === null ? EVERYWHERE : eb('id', 'in', eb.selectFrom('scheduler_tags').select('scheduler_id').where('tag', '=', tag))
  })
  return covers.length === 0 ? NOWHERE : eb.or(covers)
}

/** Oracle has no word for them. */
const [EVERYWHERE, NOWHERE] = [sql<boolean>`1 = 1`, sql<boolean>`1 = 0`]

const containing = (text: string) => `%${text.toLowerCase().replace(/[!%_]/g, '!$&')}%`

/** The SQL twin of `late` in `toScheduler`. */
export function isLate(eb: Builder, now: Date) {
  return eb.and([
    eb('status', 'in', [...WATCHED_STATUSES]),
    eb('open_runs', 'is', null),
    eb('expected_at', 'is not', null),
    eb('expected_at', '<=', now),
  ])
}

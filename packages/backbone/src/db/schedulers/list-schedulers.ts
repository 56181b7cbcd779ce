import { type ExpressionBuilder, sql } from 'kysely'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'
import { withTags } from './find-schedulers.ts'
import type { SchedulerOwner } from './owner.ts'
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
  owner?: SchedulerOwner
  /** Domain time. */
  now: Date
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
    return await withTags(db, await (offset > 0 ? page.offset(offset) : page).fetch(limit).execute())
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

function matching(db: Db, { status, tags = [], name, late, owner, now }: SchedulerFilter) {
  return db
    .selectFrom('schedulers')
    .where((eb) =>
      eb.and([
        eb('deleted_at', 'is', null),
        ...(status === undefined ? [] : [eb('status', 'in', status)]),
        ...tags.map((tag) => eb('id', 'in', eb.selectFrom('scheduler_tags').select('scheduler_id').where('tag', '=', tag))),
        ...(name === undefined ? [] : [sql<boolean>`lower(${eb.ref('name')}) like ${containing(name)} escape '!'`]),
        ...(owner === undefined ? [] : [eb('created_by', 'in', owner)]),
        ...(late === undefined ? [] : [late ? isLate(eb, now) : eb.not(isLate(eb, now))]),
      ]),
    )
}

const containing = (text: string) => `%${text.toLowerCase().replace(/[!%_]/g, '!$&')}%`

/** The SQL twin of `late` in `toScheduler`. */
export function isLate(eb: ExpressionBuilder<Schema, 'schedulers'>, now: Date) {
  return eb.and([
    eb('status', 'in', [...WATCHED_STATUSES]),
    eb('open_runs', 'is', null),
    eb('expected_at', 'is not', null),
    eb('expected_at', '<=', now),
  ])
}

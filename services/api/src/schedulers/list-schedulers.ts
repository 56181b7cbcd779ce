import { isoText } from '@lifeline/backbone/db/iso-text'
import { findWindowsAt } from '@lifeline/backbone/db/maintenance/find-windows'
import { getScheduler } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { countSchedulers, listSchedulers, type SchedulerFilter } from '@lifeline/backbone/db/schedulers/list-schedulers'
import type { SchedulerOwner } from '@lifeline/backbone/db/schedulers/owner'
import { SCHEDULER_STATUSES } from '@lifeline/backbone/db/schedulers/status'
import type { Db } from '@lifeline/backbone/db/schema'
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { IfNoneMatch, NotModified, sendVersion } from '../entity-tags.ts'
import { isUuid } from '../formats.ts'
import { cutPage, MAX_TOTAL, numbering, PageQuery, PageSchema, readPage } from '../paging.ts'
import { SchedulerParams } from './scheduler-input.ts'
import { schedulerOwnerOf } from './scheduler-owner.ts'
import type { SchedulerRoutes } from './scheduler-routes.ts'
import { isSilenced, markOf, readSurroundings, ShownScheduler, SurroundedScheduler, showScheduler, showWhole } from './show-scheduler.ts'

const { badgeUrl: _, ...listed } = ShownScheduler.properties
/** None of its fields must be there, for whoever has asked for others. */
const ListedScheduler = Type.Partial(Type.Object({ ...listed, silenced: SurroundedScheduler.properties.silenced }))
const FIELDS = Object.keys(ListedScheduler.properties)

const SchedulerQuery = Type.Object(
  {
    status: Type.Optional(
      Type.Array(
        Type.Enum(SCHEDULER_STATUSES, { description: `one of ${SCHEDULER_STATUSES.join(', ')}; repeat the parameter for several` }),
        {
          minItems: 1,
          maxItems: SCHEDULER_STATUSES.length,
          description: 'a list of statuses, each at most once',
        },
      ),
    ),
    tag: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 50, description: 'a tag of 1 to 50 characters' }), {
        minItems: 1,
        maxItems: 5,
        description: 'a list of at most 5 tags, all of which it has; repeat the parameter for several',
      }),
    ),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'a part of the name, of 1 to 200 characters' })),
    late: Type.Optional(Type.Boolean({ description: 'true or false' })),
    silenced: Type.Optional(Type.Boolean({ description: 'true (a maintenance window covers it now) or false' })),
    fields: Type.Optional(
      Type.Array(Type.Enum(FIELDS, { description: `one of ${FIELDS.join(', ')}; repeat the parameter for several` }), {
        minItems: 1,
        maxItems: FIELDS.length,
        description: 'a list of fields: of each scheduler only these are answered',
      }),
    ),
    ...PageQuery,
  },
  { additionalProperties: false },
)

export function routeSchedulerLists(app: App, routes: SchedulerRoutes): void {
  const { db, clock } = routes
  const tags = ['schedulers']
  const config = { permission: 'scheduler:read' } as const

  app.get(
    '/api/v1/schedulers/:id',
    {
      schema: {
        summary: 'Read a scheduler',
        tags,
        params: SchedulerParams,
        headers: IfNoneMatch,
        response: { 200: SurroundedScheduler, 304: NotModified, ...refusals(401, 404, 422) },
      },
      config,
    },
    async (request, reply) => {
      const id = request.params.id.toLowerCase()
      const now = clock.now()
      const [row, { windows, ...beside }] = await Promise.all([
        getScheduler(db, id, schedulerOwnerOf(request)),
        readSurroundings(db, id, now),
      ])
      const body = { ...showWhole(routes, request, row, now), silenced: isSilenced(windows, row), ...beside }
      return sendVersion(request, reply, { version: row.version, mark: markOf(body), body })
    },
  )

  const Schedulers = Type.Object({ items: Type.Array(ListedScheduler), ...PageSchema })
  app.get(
    '/api/v1/schedulers',
    {
      schema: {
        summary: 'List schedulers, newest first',
        tags,
        querystring: SchedulerQuery,
        response: { 200: Schedulers, ...refusals(400, 401, 422) },
      },
      config: { ...config, shared: true },
    },
    async (request) => {
      const { fields, ...query } = request.query
      const now = clock.now()
      const { rows, windows, ...rest } = await readPageOf(db, query, schedulerOwnerOf(request), now)
      const items = rows.map((row) => ({ ...showScheduler(routes, request, row, now), silenced: isSilenced(windows, row) }))
      return { items: fields === undefined ? items : items.map((item) => pick(item, fields)), ...rest }
    },
  )
}

type Query = Omit<Static<typeof SchedulerQuery>, 'fields'>

/** A page of schedulers as a query asks for it, and the maintenance windows of this moment. */
async function readPageOf(db: Db, query: Query, owner: SchedulerOwner, now: Date) {
  const { limit, cursor, page: number, pageSize, tag, silenced, ...rest } = query
  const paging = { ...(limit && { limit }), ...(cursor && { cursor }), ...(number && { page: number }), ...(pageSize && { pageSize }) }
  const filters = { ...rest, ...(tag && { tags: tag }), ...(silenced !== undefined && { silenced }) }
  const page = readPage(paging, filters, isUuid)
  const asking = findWindowsAt(db, isoText(now))
  const cover = silenced === undefined ? {} : { silenced: { is: silenced, by: (await asking) ?? [] } }
  const filter: SchedulerFilter = { ...rest, ...(tag && { tags: tag }), ...cover, owner, now }
  const [found, count, windows = []] = await Promise.all([
    listSchedulers(db, filter, {
      limit: page.limit + 1,
      ...(page.after === undefined ? {} : { afterId: page.after }),
      ...(page.numbered === undefined ? {} : { offset: page.numbered.offset }),
    }),
    page.numbered === undefined ? 0 : countSchedulers(db, filter, MAX_TOTAL + 1),
    asking,
  ])
  const { items, nextCursor } = cutPage(found, page, filters, (row) => row.id)
  return { rows: items, windows, nextCursor, ...numbering(page, count) }
}

const pick = (item: Readonly<Record<string, unknown>>, fields: readonly string[]) =>
  Object.fromEntries(fields.map((field) => [field, item[field]]))

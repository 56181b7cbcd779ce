import { getScheduler } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { countSchedulers, listSchedulers } from '@lifeline/backbone/db/schedulers/list-schedulers'
import { SCHEDULER_STATUSES } from '@lifeline/backbone/db/schedulers/status'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { IfNoneMatch, NotModified, sendVersion } from '../entity-tags.ts'
import { isUuid } from '../formats.ts'
import { cutPage, MAX_TOTAL, numbering, PageQuery, PageSchema, readPage } from '../paging.ts'
import { SchedulerParams } from './scheduler-input.ts'
import { schedulerOwnerOf } from './scheduler-owner.ts'
import type { SchedulerRoutes } from './scheduler-routes.ts'
import { markOf, ShownScheduler, showScheduler, showWhole } from './show-scheduler.ts'

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
        response: { 200: ShownScheduler, 304: NotModified, ...refusals(401, 404, 422) },
      },
      config,
    },
    async (request, reply) => {
      const row = await getScheduler(db, request.params.id.toLowerCase(), schedulerOwnerOf(request))
      const body = showWhole(routes, request, row, clock.now())
      return sendVersion(request, reply, { version: row.version, mark: markOf(body), body })
    },
  )

  const Schedulers = Type.Object({ items: Type.Array(ShownScheduler), ...PageSchema })
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
      const { limit, cursor, page: number, pageSize, tag, ...rest } = request.query
      const paging = { ...(limit && { limit }), ...(cursor && { cursor }), ...(number && { page: number }), ...(pageSize && { pageSize }) }
      const filters = { ...rest, ...(tag && { tags: tag }) }
      const page = readPage(paging, filters, isUuid)
      const now = clock.now()
      const filter = { ...filters, owner: schedulerOwnerOf(request), now }
      const [found, count] = await Promise.all([
        listSchedulers(db, filter, {
          limit: page.limit + 1,
          ...(page.after === undefined ? {} : { afterId: page.after }),
          ...(page.numbered === undefined ? {} : { offset: page.numbered.offset }),
        }),
        page.numbered === undefined ? 0 : countSchedulers(db, filter, MAX_TOTAL + 1),
      ])
      const { items, nextCursor } = cutPage(found, page, filters, (row) => row.id)
      return { items: items.map((row) => showScheduler(routes, request, row, now)), nextCursor, ...numbering(page, count) }
    },
  )
}

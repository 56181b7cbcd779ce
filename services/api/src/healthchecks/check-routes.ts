import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { findIdByName, getScheduler } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { listSchedulers } from '@lifeline/backbone/db/schedulers/list-schedulers'
import { isOwnScheduler } from '@lifeline/backbone/db/schedulers/owner'
import { upsertScheduler } from '@lifeline/backbone/db/schedulers/register-scheduler'
import { listOf, type ShownRow } from '@lifeline/backbone/db/schedulers/scheduler'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { readJson } from '../read-json.ts'
import { submitChange } from '../schedulers/change-scheduler.ts'
import { SchedulerParams } from '../schedulers/scheduler-input.ts'
import { ownerFor, schedulerOwnerOf } from '../schedulers/scheduler-owner.ts'
import type { SchedulerRoutes } from '../schedulers/scheduler-routes.ts'
import { originOf } from '../schedulers/show-scheduler.ts'
import { CheckSchema, toCheck } from './check.ts'
import { CheckBody, toRegistration } from './check-input.ts'

/** As many as one answer holds: healthchecks' API knows no pages. */
const MOST_CHECKS = 5_000

/** healthchecks' API, version 3, as far as it means the same: its clients, and what Terraform has of them, need another address only. */
export function routeChecks(app: App, routes: SchedulerRoutes): void {
  app.register(async (scope) => {
    // As there a body is JSON whatever it is said to be: curl, as healthchecks' pages use it, says that it is a form.
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_: FastifyRequest, body: Buffer) => readJson(body))
    routeAll(scope.withTypeProvider<TypeBoxTypeProvider>(), routes)
  })
}

function routeAll(app: App, routes: SchedulerRoutes): void {
  const { db, writer, clock } = routes
  const show = (request: FastifyRequest, row: ShownRow) => {
    const mayPing = isOwnScheduler(row, ownerFor(request, 'scheduler:ping'))
    return toCheck(row, listOf(row.channels), { origin: originOf(routes, request), mayPing, now: clock.now() })
  }
  const tags = ['healthchecks']
  const Tag = Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 50, description: 'a tag' }), {
      maxItems: 5,
      description: 'a list of at most 5 tags',
    }),
  )

  app.get(
    '/api/v3/checks/',
    {
      schema: {
        summary: 'List schedulers as healthchecks does',
        tags,
        querystring: Type.Object({ tag: Tag }),
        response: { 200: Type.Object({ checks: Type.Array(CheckSchema) }), ...refusals(401, 422) },
      },
      config: { permission: 'scheduler:read', shared: true },
    },
    async (request) => {
      const { tag } = request.query
      const filter = { owner: schedulerOwnerOf(request), now: clock.now(), ...(tag && { tags: tag }) }
      return { checks: (await listSchedulers(db, filter, { limit: MOST_CHECKS })).map((row) => show(request, row)) }
    },
  )

  app.post(
    '/api/v3/checks/',
    {
      schema: {
        summary: 'Register a scheduler as healthchecks does',
        description: 'A name is one scheduler’s: without `"unique": ["name"]` one that is taken is refused.',
        tags,
        body: CheckBody,
        response: { 200: CheckSchema, 201: CheckSchema, ...refusals(401, 409, 413, 422) },
      },
      config: { permission: 'scheduler:create' },
    },
    async (request, reply) => {
      const { body, actor, createdBy, traceparent } = request
      const edit = toRegistration(body)
      const owner = body.unique === undefined || body.unique.length === 0 ? [] : ownerFor(request, 'scheduler:update')
      const id = await findIdByName(db, edit.name)
      const outcome = await writer.submit(upsertScheduler, { ...edit, id, actor, createdBy, owner, now: clock.now(), traceparent })
      return reply.code(outcome.kind === 'registered' ? 201 : 200).send(show(request, outcome.scheduler))
    },
  )

  const one = { tags, params: SchedulerParams, response: { 200: CheckSchema, ...refusals(401, 404, 409, 412, 422) } }
  app.get(
    '/api/v3/checks/:id',
    { schema: { summary: 'Read a scheduler as healthchecks does', ...one }, config: { permission: 'scheduler:read' } },
    async (request) => show(request, await getScheduler(db, request.params.id.toLowerCase(), schedulerOwnerOf(request))),
  )
  for (const [path, command] of [
    ['pause', { do: 'pause', until: null, sticky: false }],
    ['resume', { do: 'resume' }],
  ] as const) {
    app.post(
      `/api/v3/checks/:id/${path}`,
      {
        schema: { summary: `${path === 'pause' ? 'Pause' : 'Resume'} a scheduler as healthchecks does`, ...one },
        config: { permission: 'scheduler:move' },
      },
      async (request) =>
        show(
          request,
          await submitChange(routes, request, { id: (request.params as { id: string }).id, command, owner: schedulerOwnerOf(request) }),
        ),
    )
  }
}

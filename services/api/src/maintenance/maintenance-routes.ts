import { NotFoundError } from '@lifeline/backbone/db/errors'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import { addWindow, changeWindow } from '@lifeline/backbone/db/maintenance/change-window'
import type { WindowCommand } from '@lifeline/backbone/db/maintenance/decide'
import { getWindow, listWindows } from '@lifeline/backbone/db/maintenance/find-windows'
import { toWindow, type WindowRow, WindowSchema } from '@lifeline/backbone/db/maintenance/window'
import { findSchedulers } from '@lifeline/backbone/db/schedulers/find-schedulers'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { etagOf, IfMatch, IfNoneMatch, NotModified, preconditionFailed, readIfMatch, sendVersion } from '../entity-tags.ts'
import { isUuid } from '../formats.ts'
import { create, IdempotencyKey } from '../idempotency.ts'
import { CursorQuery, cutPage, PageSchema, readPage } from '../paging.ts'
import { invalid, RequestError } from '../problem.ts'
import { EditWindowBody, editedTimes, NewWindowBody, toTimes, WindowParams } from './window-input.ts'

export interface MaintenanceRoutes {
  db: Db
  /** Domain time. */
  clock: Clock
  writer: Writer
  secrets: Secrets
}

const BASE = '/api/v1/maintenance-windows'

/** Times in which schedulers are watched as always, and nobody is told. */
export function routeMaintenance(app: App, routes: MaintenanceRoutes): void {
  const { db, clock, writer } = routes
  const tags = ['maintenance windows']
  const refused = (field: string, detail: string) => invalid([{ in: 'body', pointer: `/${field}`, detail }])

  /** Makes a change, of the window at one of these versions only, and answers the window after it. */
  async function change(request: FastifyRequest, id: string, command: WindowCommand, seen?: WindowRow): Promise<WindowRow> {
    const { actor, traceparent } = request
    const asked = readIfMatch(request)
    const ifVersion = asked ?? (seen === undefined ? undefined : [seen.version])
    const outcome = await writer.submit(changeWindow, { id, command, ifVersion, actor, now: clock.now(), traceparent })
    if (outcome.kind === 'missing') throw new NotFoundError(`maintenance window ${id}`)
    const { window } = outcome
    if (outcome.kind === 'stale' && asked !== undefined) throw preconditionFailed('maintenance window', window.version)
    if (outcome.kind === 'stale')
      throw new RequestError('contended', 'The maintenance window was changed by somebody else at the same moment.')
    if (outcome.kind === 'ended')
      throw new RequestError('illegal_move', 'A maintenance window that has ended cannot be edited.', { extra: { allowed: [] } })
    return window
  }

  app.post(
    BASE,
    {
      schema: {
        summary: 'Plan a maintenance window',
        description: 'Once, with startsAt and endsAt, or each time that cron fires, for durationSeconds. For a scheduler, a tag, or all.',
        tags,
        headers: IdempotencyKey,
        body: NewWindowBody,
        response: { 201: WindowSchema, ...refusals(413, 415, 422) },
      },
      config: { permission: 'maintenance:create' },
    },
    async (request, reply) => {
      const { body, actor, createdBy, traceparent } = request
      const { name, tag } = body
      const schedulerId = body.schedulerId?.toLowerCase()
      const now = clock.now()
      if (tag !== undefined && schedulerId !== undefined) throw refused('tag', 'goes without schedulerId')
      const times = toTimes(body, now)
      if (schedulerId !== undefined && (await findSchedulers(db, [schedulerId])).length === 0)
        throw refused('schedulerId', 'must be the id of a scheduler')
      const input = { name, schedulerId, tag, times, actor, createdBy, now, traceparent }
      await create(request, reply, routes, { work: addWindow, input, answerOf })
      return reply
    },
  )

  const Windows = Type.Object({ items: Type.Array(WindowSchema), nextCursor: PageSchema.nextCursor })
  app.get(
    BASE,
    {
      schema: {
        summary: 'List maintenance windows, newest first',
        tags,
        querystring: Type.Object(CursorQuery, { additionalProperties: false }),
        response: { 200: Windows, ...refusals(400, 422) },
      },
      config: { permission: 'maintenance:read' },
    },
    async (request) => {
      const page = readPage(request.query, {}, isUuid)
      const rows = await listWindows(db, { limit: page.limit + 1, ...(page.after === undefined ? {} : { afterId: page.after }) })
      const { items, nextCursor } = cutPage(rows, page, {}, (row) => row.id)
      return { items: items.map(toWindow), nextCursor }
    },
  )

  app.get(
    `${BASE}/:id`,
    {
      schema: {
        summary: 'Read a maintenance window',
        tags,
        params: WindowParams,
        headers: IfNoneMatch,
        response: { 200: WindowSchema, 304: NotModified, ...refusals(404, 422) },
      },
      config: { permission: 'maintenance:read' },
    },
    async (request, reply) => {
      const window = await getWindow(db, request.params.id.toLowerCase())
      return sendVersion(request, reply, { version: window.version, body: toWindow(window) })
    },
  )

  app.patch(
    `${BASE}/:id`,
    {
      schema: {
        summary: 'Edit a maintenance window',
        description: 'Absent fields stay. One that has ended is 409.',
        tags,
        params: WindowParams,
        headers: IfMatch,
        body: EditWindowBody,
        response: { 200: WindowSchema, ...refusals(404, 409, 412, 413, 415, 422) },
      },
      config: { permission: 'maintenance:update' },
    },
    async (request, reply) => {
      const { body } = request
      const seen = await getWindow(db, request.params.id.toLowerCase())
      const times = editedTimes(body, seen, clock.now())
      const edit = { ...(body.name !== undefined && { name: body.name }), ...(times !== undefined && { times }) }
      const window = await change(request, seen.id, { do: 'edit', edit }, seen)
      return reply.header('etag', etagOf(window.version)).send(toWindow(window))
    },
  )

  app.delete(
    `${BASE}/:id`,
    {
      schema: {
        summary: 'Delete a maintenance window',
        description: 'Of what is Down people are told at once.',
        tags,
        params: WindowParams,
        headers: IfMatch,
        response: { 204: Type.Null(), ...refusals(404, 412, 422) },
      },
      config: { permission: 'maintenance:delete' },
    },
    async (request, reply) => {
      await change(request, request.params.id.toLowerCase(), { do: 'delete' })
      return reply.code(204).send(null)
    },
  )
}

function answerOf(row: WindowRow) {
  return { status: 201, headers: { location: `${BASE}/${row.id}`, etag: etagOf(row.version) }, body: toWindow(row) }
}

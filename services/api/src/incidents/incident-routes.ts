import { NotFoundError } from '@lifeline/backbone/db/errors'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import { changeIncident } from '@lifeline/backbone/db/incidents/change-incident'
import { getIncident } from '@lifeline/backbone/db/incidents/find-incidents'
import { type IncidentRow, IncidentSchema, toIncident } from '@lifeline/backbone/db/incidents/incident'
import { listIncidentLogs, listIncidents } from '@lifeline/backbone/db/incidents/list-incidents'
import { INCIDENT_STATUSES } from '@lifeline/backbone/db/incidents/status'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { etagOf, IfMatch, IfNoneMatch, NotModified, preconditionFailed, readIfMatch, sendVersion } from '../entity-tags.ts'
import { text } from '../fields.ts'
import { isUuid } from '../formats.ts'
import { logEntryOf, toLogEntry } from '../log-entry.ts'
import { CursorQuery, cutPage, PageSchema, readPage } from '../paging.ts'
import { RequestError } from '../problem.ts'
import { taskOwnerOf } from '../tasks/task-owner.ts'

export interface IncidentRoutes {
  db: Db
  /** Domain time. */
  clock: Clock
  writer: Writer
}

const IncidentParams = Type.Object({ id: Type.String({ format: 'uuid', description: 'the id of an incident (a UUID)' }) })
const IncidentQuery = Type.Object(
  {
    status: Type.Optional(
      Type.Array(
        Type.Enum(INCIDENT_STATUSES, { description: `one of ${INCIDENT_STATUSES.join(', ')}; repeat the parameter for several` }),
        {
          minItems: 1,
          maxItems: INCIDENT_STATUSES.length,
          description: 'a list of statuses, each at most once',
        },
      ),
    ),
    schedulerId: Type.Optional(Type.String({ format: 'uuid', description: 'the id of a scheduler (a UUID)' })),
    ...CursorQuery,
  },
  { additionalProperties: false },
)
const AcknowledgeBody = Type.Object({ reason: Type.Optional(text(1_000)) }, { additionalProperties: false, description: 'a JSON object' })
const LogEntry = logEntryOf(INCIDENT_STATUSES, 'opened, suppressed, reminded, escalated, acknowledged or resolved')

/** There is no route that resolves one: it lasts as long as its scheduler is Down. */
export function routeIncidents(app: App, { db, clock, writer }: IncidentRoutes): void {
  const tags = ['incidents']
  const read = { permission: 'incident:read' } as const

  async function find(request: FastifyRequest<{ Params: { id: string } }>): Promise<IncidentRow> {
    const incident = await getIncident(db, request.params.id.toLowerCase())
    if (ownersOf(request)?.includes(incident.created_by) === false) throw new NotFoundError(`incident ${incident.id}`)
    return incident
  }

  const Incidents = Type.Object({ items: Type.Array(IncidentSchema), nextCursor: PageSchema.nextCursor })
  app.get(
    '/api/v1/incidents',
    {
      schema: {
        summary: 'List incidents, newest first',
        tags,
        querystring: IncidentQuery,
        response: { 200: Incidents, ...refusals(400, 422) },
      },
      config: { ...read, shared: true },
    },
    async (request) => {
      const { status, schedulerId, ...paging } = request.query
      const filters = { ...(status && { status }), ...(schedulerId && { schedulerId: schedulerId.toLowerCase() }) }
      const page = readPage(paging, filters, isUuid)
      const asked = { limit: page.limit + 1, ...(page.after === undefined ? {} : { afterId: page.after }) }
      const rows = await listIncidents(db, { ...filters, owners: ownersOf(request) }, asked)
      const { items, nextCursor } = cutPage(rows, page, filters, (row) => row.id)
      return { items: items.map(toIncident), nextCursor }
    },
  )

  app.get(
    '/api/v1/incidents/:id',
    {
      schema: {
        summary: 'Read an incident',
        tags,
        params: IncidentParams,
        headers: IfNoneMatch,
        response: { 200: IncidentSchema, 304: NotModified, ...refusals(404, 422) },
      },
      config: read,
    },
    async (request, reply) => {
      const incident = await find(request)
      return sendVersion(request, reply, { version: incident.version, body: toIncident(incident) })
    },
  )

  const Logs = Type.Object({ items: Type.Array(LogEntry), nextCursor: PageSchema.nextCursor })
  app.get(
    '/api/v1/incidents/:id/logs',
    {
      schema: {
        summary: 'Read what became of an incident, oldest first',
        tags,
        params: IncidentParams,
        querystring: Type.Object(CursorQuery, { additionalProperties: false }),
        response: { 200: Logs, ...refusals(400, 404, 422) },
      },
      config: read,
    },
    async (request) => {
      const { id } = await find(request)
      const page = readPage(request.query, { id }, (key) => /^[1-9]\d{0,8}$/.test(key))
      const rows = await listIncidentLogs(db, id, { limit: page.limit + 1, afterVersion: Number(page.after ?? 0) })
      const { items, nextCursor } = cutPage(rows, page, { id }, ({ version }) => String(version))
      return { items: items.map((row) => toLogEntry<IncidentRow['status']>(row)), nextCursor }
    },
  )

  app.post(
    '/api/v1/incidents/:id/acknowledge',
    {
      schema: {
        summary: 'Acknowledge an incident: you look after it',
        description: 'Nobody is reminded any more, nor is it escalated. Once more it changes nothing; one that is Resolved is 409.',
        tags,
        params: IncidentParams,
        headers: IfMatch,
        body: AcknowledgeBody,
        response: { 200: IncidentSchema, ...refusals(404, 409, 412, 413, 415, 422) },
      },
      config: { permission: 'incident:acknowledge' },
    },
    async (request, reply) => {
      const { actor, traceparent } = request
      const id = request.params.id.toLowerCase()
      const command = { do: 'acknowledge', reason: request.body.reason ?? null } as const
      const asked = { ifVersion: readIfMatch(request), owners: ownersOf(request) }
      const outcome = await writer.submit(changeIncident, { id, command, ...asked, actor, now: clock.now(), traceparent })
      if (outcome.kind === 'missing') throw new NotFoundError(`incident ${id}`)
      const { incident } = outcome
      if (outcome.kind === 'stale') throw preconditionFailed('incident', incident.version)
      if (outcome.kind === 'refused')
        throw new RequestError('illegal_move', `An incident that is ${incident.status} cannot be acknowledged.`, {
          extra: { allowed: outcome.allowed },
        })
      return reply.header('etag', etagOf(incident.version)).send(toIncident(incident))
    },
  )
}

/** Whose incidents a request is about: those of schedulers that one of these has made; undefined for all. */
const ownersOf = (request: Pick<FastifyRequest, 'extent' | 'principal'>) => taskOwnerOf(request)?.principals

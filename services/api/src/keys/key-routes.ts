import { NotFoundError } from '@lifeline/backbone/db/errors'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import { findKeyRows, listKeys } from '@lifeline/backbone/db/keys/find-keys'
import { KeySchema, toKey } from '@lifeline/backbone/db/keys/key'
import { revokeKey } from '@lifeline/backbone/db/keys/revoke-key'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { IfNoneMatch, NotModified, sendVersion } from '../entity-tags.ts'
import { isUuid } from '../formats.ts'
import { CursorQuery, cutPage, PageSchema, readPage } from '../paging.ts'
import { routeCreateKey } from './create-key.ts'

export interface KeyRoutes {
  db: Db
  /** Domain time. */
  clock: Clock
  writer: Writer
  secrets: Secrets
}

const KeyParams = Type.Object({ id: Type.String({ format: 'uuid', description: 'the id of a key (a UUID)' }) })
const KeyQuery = Type.Object(
  { ownerId: Type.Optional(Type.String({ format: 'uuid', description: 'the id of a user (a UUID)' })), ...CursorQuery },
  { additionalProperties: false },
)

export function routeKeys(app: App, routes: KeyRoutes): void {
  const { db, clock, writer } = routes
  const tags = ['keys']
  routeCreateKey(app, routes)

  const Keys = Type.Object({ items: Type.Array(KeySchema), nextCursor: PageSchema.nextCursor })
  app.get(
    '/api/v1/keys',
    {
      schema: { summary: 'List keys, newest first', tags, querystring: KeyQuery, response: { 200: Keys, ...refusals(400, 422) } },
      config: { permission: 'key:read' },
    },
    async (request) => {
      const { ownerId: asked, ...paging } = request.query
      const [own, wanted] = [ownerOf(request), asked?.toLowerCase()]
      const filters = { ownerId: wanted ?? own }
      const page = readPage(paging, filters, isUuid)
      // Of others one sees none.
      const mayBeSome = own === undefined || filters.ownerId === own
      const rows = mayBeSome
        ? await listKeys(db, filters, { limit: page.limit + 1, ...(page.after === undefined ? {} : { afterId: page.after }) })
        : []
      const { items, nextCursor } = cutPage(rows, page, filters, (row) => row.id)
      return { items: items.map(toKey), nextCursor }
    },
  )

  app.get(
    '/api/v1/keys/:id',
    {
      schema: {
        summary: 'Read a key',
        tags,
        params: KeyParams,
        headers: IfNoneMatch,
        response: { 200: KeySchema, 304: NotModified, ...refusals(404, 422) },
      },
      config: { permission: 'key:read' },
    },
    async (request, reply) => {
      const id = request.params.id.toLowerCase()
      const own = ownerOf(request)
      const [key] = await findKeyRows(db, [id])
      if (key === undefined || (own !== undefined && key.owner_id !== own)) throw new NotFoundError(`key ${id}`)
      return sendVersion(request, reply, { version: key.version, body: toKey(key) })
    },
  )

  app.delete(
    '/api/v1/keys/:id',
    {
      schema: {
        summary: 'Revoke a key',
        description: 'It opens nothing any more: here at once, in other processes within 5 seconds. It can still be read.',
        tags,
        params: KeyParams,
        response: { 204: Type.Null(), ...refusals(404, 422) },
      },
      config: { permission: 'key:revoke' },
    },
    async (request, reply) => {
      const id = request.params.id.toLowerCase()
      const { actor, traceparent } = request
      const key = await writer.submit(revokeKey, { id, ownerId: ownerOf(request), actor, now: clock.now(), traceparent })
      if (key === undefined) throw new NotFoundError(`key ${id}`)
      return reply.code(204).send(null)
    },
  )
}

/** The user whose keys are meant; undefined for all keys. */
function ownerOf({ extent, principal }: FastifyRequest): string | undefined {
  if (extent === 'all') return undefined
  if (principal.person === undefined) throw new Error(`${principal.id} has something of its own, and is no person.`)
  return principal.person.id
}

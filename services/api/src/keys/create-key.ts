import { addKey } from '@lifeline/backbone/db/keys/add-key'
import { findOwner } from '@lifeline/backbone/db/keys/find-keys'
import { type KeyRow, KeySchema, MAX_REQUESTS_PER_MINUTE, toKey } from '@lifeline/backbone/db/keys/key'
import type { Db } from '@lifeline/backbone/db/schema'
import { ALL_PERMISSIONS, type Permission, permissionsOf } from '@lifeline/backbone/roles'
import type { FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import { forbidden } from '../authenticate.ts'
import { refusals } from '../docs.ts'
import { etagOf } from '../entity-tags.ts'
import { INSTANT } from '../formats.ts'
import { create, IdempotencyKey } from '../idempotency.ts'
import type { Principal } from '../identity/principal.ts'
import { invalid } from '../problem.ts'
import type { KeyRoutes } from './key-routes.ts'

const orNull = <T>(schema: Type.TSchema & { type: string; description?: string }) =>
  Type.Optional(Type.Unsafe<T | null>({ ...schema, type: [schema.type, 'null'], description: `${schema.description}, or null` }))

const PermissionName = Type.Enum(ALL_PERMISSIONS, { description: `one of ${ALL_PERMISSIONS.join(', ')}` })

const NewKeyBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', description: 'a string of 1 to 100 characters, not only blanks' }),
    ownerId: orNull<string>(
      Type.String({ format: 'uuid', description: 'the id of a user (oneself unless given; null makes a key of the system)' }),
    ),
    scopes: orNull<Permission[]>(
      Type.Array(PermissionName, { minItems: 1, maxItems: ALL_PERMISSIONS.length, description: 'a list of permissions, at least one' }),
    ),
    expiresAt: orNull<string>(Type.String({ format: 'date-time', description: INSTANT })),
    requestsPerMinute: orNull<number>(
      Type.Integer({ minimum: 1, maximum: MAX_REQUESTS_PER_MINUTE, description: `a whole number from 1 to ${MAX_REQUESTS_PER_MINUTE}` }),
    ),
  },
  { additionalProperties: false, description: 'a JSON object' },
)
type NewKeyBody = Static<typeof NewKeyBody>

const NewKeySchema = Type.Object({
  ...KeySchema.properties,
  key: Type.String({ description: 'The key itself: `llk_<id>_<secret>`. It is answered here and never again.' }),
})

export function routeCreateKey(app: App, routes: KeyRoutes): void {
  const { db, clock } = routes
  app.post(
    '/api/v1/keys',
    {
      schema: {
        summary: 'Create a key',
        description: 'A key may never do more than its owner, nor more than whoever creates it. Its text is answered once.',
        tags: ['keys'],
        headers: IdempotencyKey,
        body: NewKeyBody,
        response: { 201: NewKeySchema, ...refusals(413, 415, 422) },
      },
      config: { permission: 'key:create' },
    },
    async (request, reply) => {
      const { body, principal, actor, createdBy, traceparent } = request
      const ownerId = await chooseOwner(db, request, body)
      const scopes = chooseScopes(principal, ownerId, body.scopes ?? null)
      const requestsPerMinute = body.requestsPerMinute ?? null
      if (requestsPerMinute !== null && ownerId !== null) throw refused('requestsPerMinute', 'is for keys of the system')
      const expiresAt = body.expiresAt == null ? null : new Date(body.expiresAt)
      if (expiresAt !== null && expiresAt <= new Date()) throw refused('expiresAt', 'must be an instant that has not passed yet')
      const input = { name: body.name, ownerId, scopes, requestsPerMinute, expiresAt, actor, createdBy, now: clock.now(), traceparent }
      await create(request, reply, routes, { work: addKey, input, answerOf, secret: true })
      return reply
    },
  )
}

function answerOf({ key, text }: { key: KeyRow; text: string }) {
  const headers = { location: `/api/v1/keys/${key.id}`, etag: etagOf(key.version) }
  return { status: 201, headers, body: { ...toKey(key), key: text } }
}

const refused = (field: string, detail: string) => invalid([{ in: 'body', pointer: `/${field}`, detail }])

/** Whose key it will be: the principal's, unless it may create keys for all. */
async function chooseOwner(db: Db, { principal, extent }: FastifyRequest, { ownerId: asked }: NewKeyBody): Promise<string | null> {
  const own = principal.person?.id ?? null
  const ownerId = asked === undefined ? own : (asked?.toLowerCase() ?? null)
  if (ownerId === own) return own
  if (extent !== 'all') throw forbidden('Keys of others and of the system take the permission key:create on all.')
  if (ownerId === null) return null
  const owner = await findOwner(db, 'id', ownerId)
  if (owner === undefined || owner.status === 'Deleted') throw refused('ownerId', 'must be the id of a user')
  return ownerId
}

/**
 * What the key may. Whoever asks with less than all that is theirs, with a key that has scopes, gives no more than that:
 * then a key without scopes gets theirs, for it would grow with its owner.
 */
function chooseScopes({ permissions, person }: Principal, ownerId: string | null, asked: readonly Permission[] | null) {
  const isOwn = ownerId === (person?.id ?? null)
  const whole = person !== undefined && isOwn ? permissionsOf(person.role).size : ALL_PERMISSIONS.length
  const given = [...permissions].filter(([, extent]) => isOwn || extent === 'all').map(([permission]) => permission)
  if (asked === null) return given.length === whole ? null : given
  const errors = asked.flatMap((scope, i) =>
    given.includes(scope)
      ? []
      : [{ in: 'body' as const, pointer: `/scopes/${i}`, detail: `must be one of ${given.join(', ')}: nobody gives what they have not` }],
  )
  if (errors.length > 0) throw invalid(errors)
  return asked
}

import { NotFoundError } from '@lifeline/backbone/db/errors'
import { addUser } from '@lifeline/backbone/db/users/add-user'
import { getUser } from '@lifeline/backbone/db/users/find-users'
import { countUsers, listUsers, type UserFilter } from '@lifeline/backbone/db/users/list-users'
import { USER_STATUSES } from '@lifeline/backbone/db/users/status'
import { emailKey, toUser, UserSchema } from '@lifeline/backbone/db/users/user'
import type { Permission } from '@lifeline/backbone/roles'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import { type Accounts, createdUser, sendUser, versionOf } from '../auth/accounts.ts'
import { refusals } from '../docs.ts'
import { IfMatch, IfNoneMatch, NotModified, sendVersion } from '../entity-tags.ts'
import { isUuid } from '../formats.ts'
import { create, IdempotencyKey } from '../idempotency.ts'
import { cutPage, MAX_TOTAL, numbering, PageQuery, PageSchema, readPage } from '../paging.ts'
import { RequestError } from '../problem.ts'
import { changeOne } from './change-one.ts'
import { Email, Name, RoleField, UserParams } from './user-input.ts'

const body = { additionalProperties: false, description: 'a JSON object' }
const NewUserBody = Type.Object({ email: Email, name: Name, role: Type.Optional(RoleField) }, body)
const EditBody = Type.Object(
  { name: Type.Optional(Name), email: Type.Optional(Email), role: Type.Optional(RoleField) },
  { ...body, minProperties: 1 },
)
const UserQuery = Type.Object(
  {
    role: Type.Optional(RoleField),
    status: Type.Optional(
      Type.Enum(USER_STATUSES, { description: `one of ${USER_STATUSES.join(', ')}; deleted users are listed only when asked for` }),
    ),
    email: Type.Optional(Type.String({ minLength: 1, maxLength: 254, description: 'an e-mail address' })),
    ...PageQuery,
  },
  { additionalProperties: false },
)

/** What admins do with everybody's accounts. Whoever may only see their own finds nothing else here. */
export function routeAdmin(app: App, accounts: Accounts): void {
  const { db, clock } = accounts
  const tags = ['users']

  app.get(
    '/api/v1/users',
    {
      schema: {
        summary: 'List users, newest first',
        tags,
        querystring: UserQuery,
        response: { 200: Type.Object({ items: Type.Array(UserSchema), ...PageSchema }), ...refusals(400, 401, 422) },
      },
      config: { permission: 'user:read' },
    },
    async (request) => {
      const { role, status, email, ...paging } = request.query
      const own = ownOnly(request, 'user:read')
      const filter: UserFilter = {
        ...(role && { role }),
        ...(status && { status }),
        ...(email && { emailKey: emailKey(email) }),
        ...(own && { id: own }),
      }
      const page = readPage(paging, filter, isUuid)
      const [found, count] = await Promise.all([
        listUsers(db, filter, {
          limit: page.limit + 1,
          ...(page.after === undefined ? {} : { afterId: page.after }),
          ...(page.numbered === undefined ? {} : { offset: page.numbered.offset }),
        }),
        page.numbered === undefined ? 0 : countUsers(db, filter, MAX_TOTAL + 1),
      ])
      const { items, nextCursor } = cutPage(found, page, filter, ({ id }) => id)
      return { items: items.map(toUser), nextCursor, ...numbering(page, count) }
    },
  )

  app.post(
    '/api/v1/users',
    {
      schema: {
        summary: 'Add a user',
        description: 'Who gets a mail with a link to choose a password. The role is member unless given.',
        tags,
        headers: IdempotencyKey,
        body: NewUserBody,
        response: { 201: UserSchema, ...refusals(401, 409, 415, 422) },
      },
      config: { permission: 'user:create' },
    },
    async (request, reply) => {
      const { email, name, role = 'member' } = request.body
      const { actor, traceparent } = request
      const times = { now: clock.now(), machineNow: new Date() }
      const input = { email, name, role, passwordHash: null, mayFound: false, actor, ...times, traceparent }
      await create(request, reply, accounts, { work: addUser, input, answerOf: createdUser(({ id }) => `/api/v1/users/${id}`) })
      return reply
    },
  )

  app.get(
    '/api/v1/users/:id',
    {
      schema: {
        summary: 'Read a user',
        tags,
        params: UserParams,
        headers: IfNoneMatch,
        response: { 200: UserSchema, 304: NotModified, ...refusals(401, 404, 422) },
      },
      config: { permission: 'user:read' },
    },
    async (request, reply) => sendVersion(request, reply, versionOf(await getUser(db, visibleId(request, 'user:read')))),
  )

  app.patch(
    '/api/v1/users/:id',
    {
      schema: {
        summary: 'Edit a user, or their role',
        description: 'Another address has to be verified again.',
        tags,
        params: UserParams,
        headers: IfMatch,
        body: EditBody,
        response: { 200: UserSchema, ...refusals(401, 403, 404, 409, 412, 415, 422) },
      },
      config: { permission: 'user:update' },
    },
    async (request, reply) =>
      sendUser(reply, await changeOne(accounts, request, othersId(request, 'user:update'), { do: 'edit', edit: request.body })),
  )

  app.delete(
    '/api/v1/users/:id',
    {
      schema: {
        summary: 'Delete a user',
        description: 'Address, name and password are gone for good; what they did stays, as done by their id.',
        tags,
        params: UserParams,
        headers: IfMatch,
        response: { 204: Type.Null(), ...refusals(401, 403, 404, 412, 422) },
      },
      config: { permission: 'user:delete' },
    },
    async (request, reply) => {
      await changeOne(accounts, request, othersId(request, 'user:delete'), { do: 'delete' })
      return reply.code(204).send(null)
    },
  )
}

type WithId = FastifyRequest<{ Params: { id: string } }>

/** The one id that a principal may see, when it is not everybody's; '' for nobody's. */
function ownOnly({ principal }: FastifyRequest, permission: Permission): string | undefined {
  return principal.permissions.get(permission) === 'all' ? undefined : (principal.person?.id ?? '')
}

/** The id asked for, if it may be seen. What may not does not exist. */
function visibleId(request: WithId, permission: Permission): string {
  const id = request.params.id.toLowerCase()
  const own = ownOnly(request, permission)
  if (own !== undefined && own !== id) throw new NotFoundError(`user ${id}`)
  return id
}

/** The id asked for, if it may be changed as an admin does: one's own account has rules of its own, at /users/me. */
function othersId(request: WithId, permission: Permission): string {
  const id = visibleId(request, permission)
  if (ownOnly(request, permission) === undefined) return id
  throw new RequestError('forbidden', 'Your own account is changed at /users/me.')
}

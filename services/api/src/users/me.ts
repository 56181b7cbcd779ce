import { getUser } from '@lifeline/backbone/db/users/find-users'
import { UserSchema } from '@lifeline/backbone/db/users/user'
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import { type Accounts, sendUser, versionOf } from '../auth/accounts.ts'
import { provePassword, tooManyAttempts } from '../auth/check-password.ts'
import { hashPassword } from '../auth/hash-password.ts'
import { refuseWeakPassword } from '../auth/password-rules.ts'
import { Nothing, refusals } from '../docs.ts'
import { IfMatch, IfNoneMatch, NotModified, sendVersion } from '../entity-tags.ts'
import { invalid } from '../problem.ts'
import { changeOne, ownId } from './change-one.ts'
import { Email, Name, NewPassword, Password } from './user-input.ts'

const Body = Type.Object(
  {
    name: Type.Optional(Name),
    email: Type.Optional(Email),
    password: Type.Optional(NewPassword),
    currentPassword: Type.Optional(Password),
  },
  { additionalProperties: false, minProperties: 1, description: 'a JSON object' },
)

/** What everybody may do with their own account. */
export function routeMe(app: App, accounts: Accounts): void {
  const { db, mails } = accounts
  const tags = ['users']

  app.get(
    '/api/v1/users/me',
    {
      schema: {
        summary: 'Read your account',
        tags,
        headers: IfNoneMatch,
        response: { 200: UserSchema, 304: NotModified, ...refusals(401, 404, 422) },
      },
      config: { permission: 'user:read' },
    },
    async (request, reply) => sendVersion(request, reply, versionOf(await getUser(db, ownId(request)))),
  )

  app.patch(
    '/api/v1/users/me',
    {
      schema: {
        summary: 'Edit your account',
        description:
          'Another email or password needs currentPassword. A password goes alone, and ends all sessions, this one too; an address has to be verified again.',
        tags,
        headers: IfMatch,
        body: Body,
        response: { 200: UserSchema, ...refusals(401, 404, 409, 412, 415, 422, 429) },
      },
      config: { permission: 'user:update' },
    },
    async (request, reply) => {
      const id = ownId(request)
      const { password, currentPassword, ...edit } = readBody(request.body)
      if (password === undefined && edit.email === undefined)
        return sendUser(reply, await changeOne(accounts, request, id, { do: 'edit', edit }))
      const proof = { pointer: '/currentPassword', password: currentPassword ?? '', address: request.ip }
      const user = await provePassword(accounts, await getUser(db, id), proof)
      if (password === undefined) return sendUser(reply, await changeOne(accounts, request, id, { do: 'edit', edit }))
      await refuseWeakPassword(password, { email: user.email ?? '', name: user.name })
      const hash = await hashPassword(password)
      const command = { do: 'setPassword', hash, at: new Date(), since: user.password_at } as const
      return sendUser(reply, await changeOne(accounts, request, id, command))
    },
  )

  app.delete(
    '/api/v1/users/me',
    {
      schema: {
        summary: 'Delete your account',
        description: 'Address, name and password are gone for good; what you did stays, as done by your id.',
        tags,
        headers: IfMatch,
        response: { 204: Type.Null(), ...refusals(401, 404, 412, 422) },
      },
      config: { permission: 'user:delete' },
    },
    async (request, reply) => {
      await changeOne(accounts, request, ownId(request), { do: 'delete' })
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/auth/verify/resend',
    {
      schema: {
        summary: 'Ask for another link to verify your address',
        tags: ['auth'],
        headers: IfMatch,
        response: { 202: Nothing, ...refusals(401, 404, 412, 422, 429) },
      },
      config: { permission: 'user:update' },
    },
    async (request, reply) => {
      const id = ownId(request)
      const waitMs = mails.waitMs(id)
      if (waitMs !== undefined) throw tooManyAttempts('Enough mails were sent; look into your mailbox.', waitMs)
      mails.count(id)
      await changeOne(accounts, request, id, { do: 'requestVerification' })
      return reply.code(202).send(undefined)
    },
  )
}

/** Refuses what goes only together, or only alone. */
function readBody(body: Static<typeof Body>): Static<typeof Body> {
  const refuse = (field: string, detail: string) => invalid([{ in: 'body', pointer: `/${field}`, detail }])
  const { name, email, password, currentPassword } = body
  if (password !== undefined && (name !== undefined || email !== undefined))
    throw refuse('password', 'goes alone, with currentPassword; change the rest by another request')
  if ((password !== undefined || email !== undefined) && currentPassword === undefined)
    throw refuse('currentPassword', 'is required for another email or password: your present password')
  return body
}

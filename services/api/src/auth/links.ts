import { setTimeout as sleep } from 'node:timers/promises'
import { changeUser, type UserOutcome } from '@lifeline/backbone/db/users/change-user'
import type { Proof } from '@lifeline/backbone/db/users/decide'
import { findUserByEmail, findUsers } from '@lifeline/backbone/db/users/find-users'
import { emailKey, type UserRow, UserSchema } from '@lifeline/backbone/db/users/user'
import { isLinkToken, type LinkPurpose, userOfLinkToken } from '@lifeline/backbone/link-token'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import { Nothing, refusals } from '../docs.ts'
import { invalid } from '../problem.ts'
import { Email, NewPassword, Password } from '../users/user-input.ts'
import { type Accounts, sendUser } from './accounts.ts'
import { provePassword } from './check-password.ts'
import { hashPassword } from './hash-password.ts'
import { refuseWeakPassword } from './password-rules.ts'

const body = { additionalProperties: false, description: 'a JSON object' }
const Token = Type.String({ minLength: 1, maxLength: 200, writeOnly: true, description: 'the token of a link in a mail' })
const Verify = Type.Object({ token: Token, password: Password }, body)
const Reset = Type.Object({ token: Token, password: NewPassword }, body)
const Forgot = Type.Object({ email: Email }, body)

/** Nobody named: whoever asked for it is not known. */
const ACTOR = 'system:api'
/** Longer than asking for a mail takes, so that the answer comes as late when there is nobody to send one to. */
const FORGOT_MS = 200

/** What the links in mails lead to, and asking for one. */
export function routeLinks(app: App, accounts: Accounts): void {
  const { db, writer, clock, secrets, adminEmail, attempts, mails } = accounts
  const config = { public: true }
  const route = { tags: ['auth'], security: [] }

  /** Whose link it is. Refuses (422) a token that is not for what they are now. */
  async function holderOf(purpose: LinkPurpose, token: string): Promise<UserRow> {
    const [user] = await findUsers(db, [userOfLinkToken(token) ?? []].flat())
    if (user === undefined || !isLinkToken(secrets, purpose, token, user, new Date())) throw staleLink()
    return user
  }

  const proofOf = ({ email_key }: UserRow): Proof => ({ emailKey: email_key ?? '', admin: email_key === adminEmail })
  const contextOf = (id: string, { traceparent }: FastifyRequest) => ({ id, actor: `user:${id}`, now: clock.now(), traceparent })

  app.post(
    '/api/v1/auth/verify',
    {
      schema: {
        ...route,
        summary: 'Verify an address by the token in its mail',
        description: 'With the password of the account, so that nobody confirms an account that somebody else has made for their address.',
        body: Verify,
        response: { 200: UserSchema, ...refusals(415, 422, 429) },
      },
      config,
    },
    async (request, reply) => {
      const { token, password } = request.body
      const user = await provePassword(accounts, await holderOf('verify', token), { pointer: '/password', password, address: request.ip })
      const command = { do: 'verify', proof: proofOf(user) } as const
      return sendUser(reply, presentUser(await writer.submit(changeUser, { ...contextOf(user.id, request), command })))
    },
  )

  app.post(
    '/api/v1/auth/password/forgot',
    {
      schema: {
        ...route,
        summary: 'Ask for a link to choose a new password',
        description: 'Answers the same, and as fast, whether or not there is such a user. The link works for an hour.',
        body: Forgot,
        response: { 202: Nothing, ...refusals(415, 422) },
      },
      config,
    },
    async (request, reply) => {
      await Promise.all([ask(), sleep(FORGOT_MS)])
      return reply.code(202).send(undefined)

      async function ask() {
        const key = emailKey(request.body.email)
        const user = await findUserByEmail(db, key)
        // A mailbox is not for others to fill.
        if (user === undefined || mails.waitMs(key) !== undefined) return
        mails.count(key)
        await writer.submit(changeUser, { ...contextOf(user.id, request), actor: ACTOR, command: { do: 'requestPasswordReset' } })
      }
    },
  )

  app.post(
    '/api/v1/auth/password/reset',
    {
      schema: {
        ...route,
        summary: 'Choose a new password by the token in a mail',
        description: 'It verifies the address too, and ends all sessions.',
        body: Reset,
        response: { 200: UserSchema, ...refusals(415, 422) },
      },
      config,
    },
    async (request, reply) => {
      const { token, password } = request.body
      const user = await holderOf('reset', token)
      await refuseWeakPassword(password, { email: user.email ?? '', name: user.name })
      const hash = await hashPassword(password)
      const command = { do: 'setPassword', hash, at: new Date(), since: user.password_at, proof: proofOf(user) } as const
      const after = presentUser(await writer.submit(changeUser, { ...contextOf(user.id, request), command }))
      // Whoever reads its mails is no stranger.
      attempts.clear(after.email_key ?? '')
      return sendUser(reply, after)
    },
  )
}

function presentUser(outcome: UserOutcome): UserRow {
  if (outcome.kind === 'missing' || outcome.kind === 'outdated') throw staleLink()
  return outcome.user
}

function staleLink() {
  return invalid([{ in: 'body', pointer: '/token', detail: 'is not valid, or not any more; ask for a new link' }])
}

import { endSession } from '@lifeline/backbone/db/sessions/end-session'
import { findTokens } from '@lifeline/backbone/db/sessions/find-sessions'
import { rotateSession } from '@lifeline/backbone/db/sessions/rotate-session'
import { findUserByEmail } from '@lifeline/backbone/db/users/find-users'
import { replaceHash } from '@lifeline/backbone/db/users/replace-hash'
import { emailKey } from '@lifeline/backbone/db/users/user'
import { counter } from '@lifeline/backbone/process/metrics'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { RequestError } from '../problem.ts'
import { Email, Password } from '../users/user-input.ts'
import { type Accounts, openSession, SessionAnswer, sessionAnswer } from './accounts.ts'
import { checkPassword } from './check-password.ts'
import { hashPassword, isOutdated } from './hash-password.ts'
import { sessionOf, successorOf, tokenHash } from './refresh-tokens.ts'

const reused = counter('sessions_reused_total', 'Sessions ended because a refresh token that had been replaced was used again.')

const body = { additionalProperties: false, description: 'a JSON object' }
const Login = Type.Object({ email: Email, password: Password }, body)
const RefreshToken = Type.String({ minLength: 1, maxLength: 200, writeOnly: true, description: 'a refresh token, llr_…' })
const Refresh = Type.Object({ refreshToken: RefreshToken }, body)

export function routeSessions(app: App, accounts: Accounts): void {
  const { db, writer, clock, secrets, tokens } = accounts
  const config = { public: true }
  const route = { tags: ['auth'], security: [] }

  app.post(
    '/api/v1/auth/login',
    {
      schema: {
        ...route,
        summary: 'Log in',
        description:
          'Too many wrong passwords for an account are 429 for a quarter of an hour, but not where its user has logged in before.',
        body: Login,
        response: { 200: SessionAnswer, ...refusals(401, 415, 422, 429) },
      },
      config,
    },
    async (request, reply) => {
      const { email, password } = request.body
      const key = emailKey(email)
      const user = await checkPassword(accounts, { emailKey: key, user: await findUserByEmail(db, key), password, address: request.ip })
      if (user.password_hash !== null && isOutdated(user.password_hash))
        await replaceHash(db, user.id, user.password_hash, await hashPassword(password))
      return reply.header('cache-control', 'no-store').send(await openSession(accounts, user, request))
    },
  )

  app.post(
    '/api/v1/auth/refresh',
    {
      schema: {
        ...route,
        summary: 'Renew an access token',
        description:
          'Answers the next refresh token, too. The one sent works for another 30 seconds and answers the same; later it ends the session, because two have it.',
        body: Refresh,
        response: { 200: SessionAnswer, ...refusals(401, 415, 422) },
      },
      config,
    },
    async (request, reply) => {
      const { refreshToken: presented } = request.body
      const sessionId = sessionOf(presented)
      if (sessionId === undefined) throw new RequestError('unauthorized', 'This is no refresh token of ours.')
      const refreshToken = successorOf(presented, secrets)
      const hashes = { tokenHash: tokenHash(presented), successorHash: tokenHash(refreshToken) }
      const machineNow = new Date()
      const { traceparent } = request
      const rotated = await writer.submit(rotateSession, { sessionId, ...hashes, now: clock.now(), machineNow, traceparent })
      if (rotated.kind === 'reused') reused.inc()
      if (rotated.kind !== 'rotated') throw new RequestError('unauthorized', 'This session is over; log in again.')
      const answer = await sessionAnswer(tokens, { user: rotated.user, sessionId, refreshToken, machineNow })
      return reply.header('cache-control', 'no-store').send(answer)
    },
  )

  app.post(
    '/api/v1/auth/logout',
    {
      schema: {
        ...route,
        summary: 'Log out',
        description: 'Ends the session of a refresh token. One that is over already stays so.',
        body: Refresh,
        response: { 204: Type.Null(), ...refusals(415, 422) },
      },
      config,
    },
    async (request, reply) => {
      const [token] = await findTokens(db, [tokenHash(request.body.refreshToken)])
      const times = { now: clock.now(), machineNow: new Date() }
      if (token !== undefined) await writer.submit(endSession, { id: token.session_id, reason: 'logout', ...times })
      return reply.code(204).send(null)
    },
  )
}

import type { Writer } from '@lifeline/backbone/db/group-commit'
import { newId } from '@lifeline/backbone/db/new-id'
import type { Db } from '@lifeline/backbone/db/schema'
import { startSession } from '@lifeline/backbone/db/sessions/start-session'
import { toUser, type UserRow, UserSchema } from '@lifeline/backbone/db/users/user'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { etagOf } from '../entity-tags.ts'
import { RequestError } from '../problem.ts'
import { type AccessTokens, LIFETIME_SECONDS } from './access-tokens.ts'
import { type Attempts, makeAttempts } from './attempts.ts'
import { newRefreshToken, tokenHash } from './refresh-tokens.ts'

export interface AccountOptions {
  db: Db
  writer: Writer
  /** Domain time. Sessions, passwords and tokens live in machine time. */
  clock: Clock
  secrets: Secrets
  tokens: AccessTokens
  registration: 'open' | 'closed'
  /** As `emailKey` writes it. */
  adminEmail: string | undefined
}

/** What the routes of accounts share. */
export interface Accounts extends AccountOptions {
  /** Wrong passwords. */
  attempts: Attempts
  /** Mails that somebody asks for. */
  mails: Attempts
}

const WINDOW_MS = 15 * 60_000

export function makeAccounts(options: AccountOptions): Accounts {
  return { ...options, attempts: makeAttempts(10, WINDOW_MS), mails: makeAttempts(3, WINDOW_MS) }
}

/** What a login and a renewal answer. */
export const SessionAnswer = Type.Object({
  accessToken: Type.String({ description: 'A JWT, for "Authorization: Bearer …".' }),
  refreshToken: Type.String({ description: 'For POST /auth/refresh, once: each renewal answers the next one.' }),
  expiresIn: Type.Integer({ description: 'Seconds that the access token lives.' }),
  user: UserSchema,
})

/** Logs a user in whose password was checked. Answers what the route answers. */
export async function openSession({ writer, clock, tokens }: Accounts, user: UserRow, request: FastifyRequest) {
  const machineNow = new Date()
  const id = newId(machineNow)
  const refreshToken = newRefreshToken(id)
  const userAgent = request.headers['user-agent']?.slice(0, 200) || null
  const origin = { address: request.ip || null, userAgent }
  const login = { id, userId: user.id, passwordAt: user.password_at, tokenHash: tokenHash(refreshToken) }
  const session = await writer.submit(startSession, { ...login, ...origin, now: clock.now(), machineNow })
  if (session === undefined) throw new RequestError('unauthorized', 'The password was changed a moment ago.')
  return await sessionAnswer(tokens, { user, sessionId: id, refreshToken, machineNow })
}

interface Opened {
  user: UserRow
  sessionId: string
  refreshToken: string
  machineNow: Date
}

export async function sessionAnswer(tokens: AccessTokens, { user, sessionId, refreshToken, machineNow }: Opened) {
  const accessToken = await tokens.issue({ userId: user.id, sessionId }, machineNow)
  return { accessToken, refreshToken, expiresIn: LIFETIME_SECONDS, user: toUser(user) }
}

/** For `sendVersion`. */
export const versionOf = (user: UserRow) => ({ version: user.version, body: toUser(user) })

/** What a POST that makes a user answers. */
export const createdUser = (location: (user: UserRow) => string) => (user: UserRow) => ({
  status: 201,
  headers: { location: location(user), etag: etagOf(user.version) },
  body: toUser(user),
})

export function sendUser(reply: FastifyReply, user: UserRow) {
  return reply.header('etag', etagOf(user.version)).send(toUser(user))
}

import { findUserByEmail } from '@lifeline/backbone/db/users/find-users'
import { type LinkPurpose, makeLinkToken } from '@lifeline/backbone/link-token'
import type { givenApi } from './given-api.ts'
import { SECRETS } from './given-api.ts'

type Api = Awaited<ReturnType<typeof givenApi>>

export const PASSWORD = 'fourteen llamas sing'
export const ANN = { email: 'ann@example.org', password: PASSWORD, name: 'Ann Ash' }

export async function register({ send }: Api, person: object = {}) {
  const answer = await send('POST', '/auth/register', { ...ANN, ...person })
  if (answer.status !== 201) throw new Error(answer.body)
  return answer.json
}

/** Logs in from an address, and answers the session with the header that is needed to use it. */
export async function login({ app }: Api, person: object = {}, remoteAddress = '192.0.2.1') {
  const { email, password } = { ...ANN, ...person }
  const response = await app.inject({ method: 'POST', url: '/auth/login', remoteAddress, payload: { email, password } })
  const json = response.json()
  return { status: response.statusCode, headers: response.headers, json, as: { authorization: `Bearer ${json.accessToken}` } }
}

/** A registered, verified user with that role, logged in. */
export async function givenPerson(api: Api, name: string, role: string) {
  const email = `${name}@example.org`
  const { id } = await register(api, { email, name })
  await api.send('POST', '/auth/verify', { token: await linkToken(api, 'verify', email) })
  await api.send('PATCH', `/users/${id}`, { role })
  const session = await login(api, { email })
  return { id, email, ...session }
}

/** The token that a mail to this user would hold now. */
export async function linkToken({ db }: Api, purpose: LinkPurpose, email: string, expiresAt = new Date(Date.now() + 60_000)) {
  const user = await findUserByEmail(db, email)
  if (user === undefined) throw new Error(`There is no ${email}.`)
  const state = { userId: user.id, email, passwordAt: user.password_at?.toISOString() ?? null }
  return makeLinkToken(SECRETS, purpose, state, expiresAt)
}

import { addUser } from '@lifeline/backbone/db/users/add-user'
import { emailKey, UserSchema } from '@lifeline/backbone/db/users/user'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { create, IdempotencyKey } from '../idempotency.ts'
import { RequestError } from '../problem.ts'
import { Email, Name, NewPassword } from '../users/user-input.ts'
import { type Accounts, createdUser } from './accounts.ts'
import { hashPassword } from './hash-password.ts'
import { refuseWeakPassword } from './password-rules.ts'

const Body = Type.Object({ email: Email, password: NewPassword, name: Name }, { additionalProperties: false, description: 'a JSON object' })

export function routeRegister(app: App, accounts: Accounts): void {
  const { clock, registration, adminEmail } = accounts
  const schema = {
    summary: 'Register',
    description:
      'A link to verify the address comes by mail; one may log in before. Without LIFELINE_ADMIN_EMAIL whoever is first on an empty system is its admin.',
    tags: ['auth'],
    security: [],
    headers: IdempotencyKey,
    body: Body,
    response: { 201: UserSchema, ...refusals(403, 409, 415, 422) },
  }
  app.post('/api/v1/auth/register', { schema, config: { public: true } }, async (request, reply) => {
    const { email, password, name } = request.body
    if (registration === 'closed' && emailKey(email) !== adminEmail)
      throw new RequestError('registration_closed', 'Registration is closed; an admin can invite you.')
    await refuseWeakPassword(password, { email, name })
    const passwordHash = await hashPassword(password)
    const times = { now: clock.now(), machineNow: new Date() }
    const mayFound = adminEmail === undefined
    const { traceparent } = request
    const input = { email, name, role: 'member' as const, passwordHash, mayFound, ...times, traceparent }
    await create(request, reply, accounts, { work: addUser, input, answerOf: createdUser(() => '/api/v1/users/me') })
    return reply
  })
}

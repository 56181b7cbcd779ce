import { NotFoundError } from '@lifeline/backbone/db/errors'
import { changeUser } from '@lifeline/backbone/db/users/change-user'
import type { UserCommand } from '@lifeline/backbone/db/users/decide'
import type { UserRow } from '@lifeline/backbone/db/users/user'
import type { FastifyRequest } from 'fastify'
import type { Accounts } from '../auth/accounts.ts'
import { preconditionFailed, readIfMatch } from '../entity-tags.ts'
import { RequestError } from '../problem.ts'

/** Makes one change of a user, and answers the user after it. Throws when there is no such user, it is not as If-Match says, or it was changed meanwhile. */
export async function changeOne({ writer, clock }: Accounts, request: FastifyRequest, id: string, command: UserCommand): Promise<UserRow> {
  const { actor, traceparent } = request
  const outcome = await writer.submit(changeUser, { id, command, ifVersion: readIfMatch(request), actor, now: clock.now(), traceparent })
  if (outcome.kind === 'missing') throw new NotFoundError(`user ${id}`)
  if (outcome.kind === 'stale') throw preconditionFailed('user', outcome.user.version)
  if (outcome.kind === 'outdated') throw new RequestError('contended', 'The user was changed by somebody else at the same moment.')
  return outcome.user
}

/** The user who asks, by id. A system key is nobody. */
export function ownId({ principal }: FastifyRequest): string {
  if (principal.person === undefined)
    throw new RequestError('not_found', 'A key of the system is no user; log in, or use a key of your own.')
  return principal.person.id
}

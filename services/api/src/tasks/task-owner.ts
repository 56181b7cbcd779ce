import type { TaskOwner } from '@lifeline/backbone/db/tasks/owner'
import type { FastifyRequest } from 'fastify'

/** Whose tasks a request is about: undefined for everybody's, where the principal's permission is on all. */
export function taskOwnerOf({ extent, principal: { id, person } }: Pick<FastifyRequest, 'extent' | 'principal'>): TaskOwner | undefined {
  if (extent === 'all') return undefined
  if (person === undefined) return { principals: [id], address: undefined }
  const { id: userId, verifiedEmail } = person
  if (verifiedEmail === undefined) return { principals: [`user:${userId}`], address: undefined }
  return { principals: [`user:${userId}`, `mailto:${verifiedEmail}`], address: verifiedEmail }
}

import type { SchedulerOwner } from '@lifeline/backbone/db/schedulers/owner'
import type { Permission } from '@lifeline/backbone/roles'
import type { FastifyRequest } from 'fastify'
import { taskOwnerOf } from '../tasks/task-owner.ts'

type Asking = Pick<FastifyRequest, 'extent' | 'principal'>

/** Whose schedulers a request is about: undefined for everybody's, where the principal's permission is on all. */
export function schedulerOwnerOf(request: Asking): SchedulerOwner {
  return taskOwnerOf(request)?.principals
}

/** Whose schedulers another permission than the route's is on: nobody's, without it. */
export function ownerFor(request: Asking, permission: Permission): SchedulerOwner {
  const extent = request.principal.permissions.get(permission)
  return extent === undefined ? [] : schedulerOwnerOf({ principal: request.principal, extent })
}

import { NotUniqueError } from '@lifeline/backbone/db/errors'
import { findIdBySlug } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { upsertScheduler } from '@lifeline/backbone/db/schedulers/register-scheduler'
import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { forbidden } from '../authenticate.ts'
import { DEFAULTS, renamed } from '../healthchecks/check-input.ts'
import { invalid } from '../problem.ts'
import { toEdit } from '../schedulers/scheduler-input.ts'
import type { SchedulerRoutes } from '../schedulers/scheduler-routes.ts'
import type { CreateQuery } from './ping-input.ts'

/** A name that is its own slug. */
const SLUG = /^(?=.{1,100}$)[a-z0-9]+(-[a-z0-9]+)*$/
const NAME_OF = { '/periodSeconds': '/period', '/timeZone': '/tz' }

type Wanted = Pick<Static<typeof CreateQuery>, 'period' | 'cron' | 'tz' | 'grace'>

/** Makes what registers a scheduler of the name that its first ping calls it by. */
export function makeCreateBySlug({ db, writer, clock }: Pick<SchedulerRoutes, 'db' | 'writer' | 'clock'>) {
  return async (request: FastifyRequest, slug: string, wanted: Wanted): Promise<{ id: string; isNew: boolean }> => {
    const { actor, createdBy, traceparent, principal } = request
    if (!principal.permissions.has('scheduler:create')) throw forbidden('create=1 takes the permission scheduler:create.')
    if (!SLUG.test(slug)) throw notASlug()
    // Nobody's may be edited: it is registered, or not.
    const input = { ...readTiming(wanted), name: slug, actor, createdBy, owner: [], now: clock.now(), traceparent }
    try {
      const { scheduler } = await writer.submit(upsertScheduler, input)
      return { id: scheduler.id, isNew: true }
    } catch (error) {
      // Another was quicker, or one of this name has another slug.
      const id = error instanceof NotUniqueError ? await findIdBySlug(db, slug) : undefined
      if (id === undefined) throw error
      return { id, isNew: false }
    }
  }
}

function readTiming({ period, cron, tz, grace = DEFAULTS.grace }: Wanted) {
  const periodSeconds = period ?? (cron === undefined ? DEFAULTS.timeout : undefined)
  try {
    return toEdit({
      ...(periodSeconds === undefined ? {} : { periodSeconds }),
      ...(cron === undefined ? {} : { cron }),
      ...(tz === undefined ? {} : { timeZone: tz }),
      graceSeconds: grace,
    })
  } catch (error) {
    throw renamed(error, NAME_OF, 'query')
  }
}

function notASlug() {
  const detail = 'must be at most 100 small letters and digits, in words joined by -, for create=1'
  return invalid([{ in: 'path', pointer: '/slug', detail }])
}

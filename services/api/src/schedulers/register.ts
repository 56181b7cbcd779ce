import { isoText } from '@lifeline/backbone/db/iso-text'
import { findIdByName } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { type RegistrationOutcome, upsertScheduler } from '@lifeline/backbone/db/schedulers/register-scheduler'
import { listExpected } from '@lifeline/backbone/db/schedulers/schedule'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { create, IdempotencyKey } from '../idempotency.ts'
import { invalid } from '../problem.ts'
import { checkDependencies } from './check-dependencies.ts'
import { RegisterBody, toEdit } from './scheduler-input.ts'
import { ownerFor } from './scheduler-owner.ts'
import type { SchedulerRoutes } from './scheduler-routes.ts'
import { etagOfScheduler, ShownScheduler, showWhole } from './show-scheduler.ts'

/** Enough to see whether a cron expression means what was meant. */
const FIRES = 5

const Registered = Type.Object({
  ...ShownScheduler.properties,
  nextFireTimes: Type.Array(Type.String({ format: 'date-time' }), { description: `The next ${FIRES} times by its schedule.` }),
})

export function routeRegister(app: App, routes: SchedulerRoutes): void {
  const { db, clock } = routes
  app.post(
    '/api/v1/schedulers/register',
    {
      schema: {
        summary: 'Register a scheduler, or edit the one of that name',
        description:
          'Takes `periodSeconds` or `cron`. The page `/clients` has what to copy for its `pingUrl`. Of one that is there, what is absent stays as it is; that takes `scheduler:update` too.',
        tags: ['schedulers'],
        headers: IdempotencyKey,
        body: RegisterBody,
        response: { 200: Registered, 201: Registered, ...refusals(401, 409, 413, 415, 422) },
      },
      config: { permission: 'scheduler:create' },
    },
    async (request, reply) => {
      const { actor, createdBy, traceparent, body } = request
      const edit = { ...toEdit(body), name: body.name }
      if (edit.periodSeconds === undefined && edit.cron === undefined) throw noSchedule()
      const owner = ownerFor(request, 'scheduler:update')
      const id = await findIdByName(db, edit.name)
      await checkDependencies(db, { id, dependsOn: edit.dependsOn, owner: ownerFor(request, 'scheduler:read') })
      const now = clock.now()
      const answerOf = (outcome: RegistrationOutcome) => {
        const { scheduler } = outcome
        const shown = showWhole(routes, request, scheduler, now)
        const nextFireTimes = listExpected(scheduler, now, FIRES).map(isoText)
        return {
          status: outcome.kind === 'registered' ? 201 : 200,
          headers: { location: `/api/v1/schedulers/${scheduler.id}`, etag: etagOfScheduler(shown) },
          body: { ...shown, nextFireTimes },
        }
      }
      const input = { ...edit, id, actor, createdBy, owner, now, traceparent }
      // Whoever has the address can ping it.
      await create(request, reply, routes, { work: upsertScheduler, input, answerOf, secret: true })
      return reply
    },
  )
}

function noSchedule() {
  return invalid([
    { in: 'body', pointer: '/periodSeconds', detail: 'is required, unless there is cron: a whole number of seconds' },
    { in: 'body', pointer: '/cron', detail: 'is required, unless there is periodSeconds: five fields, as in a crontab' },
  ])
}

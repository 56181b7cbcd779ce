import { NotFoundError } from '@lifeline/backbone/db/errors'
import { changeScheduler, type SchedulerOutcome } from '@lifeline/backbone/db/schedulers/change-scheduler'
import type { SchedulerCommand } from '@lifeline/backbone/db/schedulers/decide'
import type { SchedulerOwner } from '@lifeline/backbone/db/schedulers/owner'
import type { SchedulerRow } from '@lifeline/backbone/db/schedulers/scheduler'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { IfMatch, preconditionFailed, readIfMatch } from '../entity-tags.ts'
import { invalid, RequestError } from '../problem.ts'
import { checkDependencies } from './check-dependencies.ts'
import { bodyOrNothing, EditBody, PauseBody, SchedulerParams, toEdit } from './scheduler-input.ts'
import { ownerFor, schedulerOwnerOf } from './scheduler-owner.ts'
import type { SchedulerRoutes } from './scheduler-routes.ts'
import { etagOfScheduler, ShownScheduler, showWhole } from './show-scheduler.ts'

type ChangeRequest = FastifyRequest & { params: { id: string } }

interface Asked {
  id: string
  command: SchedulerCommand
  owner: SchedulerOwner
}

/** Makes a change and answers the scheduler after it. Throws when whoever asks has no such one, it is not as If-Match says, or the move is illegal. */
export async function submitChange({ writer, clock }: SchedulerRoutes, request: FastifyRequest, asked: Asked): Promise<SchedulerRow> {
  const { actor, traceparent } = request
  const id = asked.id.toLowerCase()
  const input = { ...asked, id, ifVersion: readIfMatch(request), actor, now: clock.now(), traceparent }
  const outcome = await writer.submit(changeScheduler, input)
  if (outcome.kind === 'missing') throw new NotFoundError(`scheduler ${id}`)
  if (outcome.kind === 'stale') throw preconditionFailed('scheduler', outcome.scheduler.version)
  if (outcome.kind === 'refused') throw illegalMove(outcome)
  return outcome.scheduler
}

/** PATCH, DELETE, pause and resume: one change each. */
export function routeSchedulerChanges(app: App, routes: SchedulerRoutes): void {
  const change = (request: ChangeRequest, command: SchedulerCommand) =>
    submitChange(routes, request, { id: request.params.id, command, owner: schedulerOwnerOf(request) })
  const answer = (request: ChangeRequest, reply: FastifyReply, row: SchedulerRow) => {
    const shown = showWhole(routes, request, row, routes.clock.now())
    return reply.header('etag', etagOfScheduler(shown)).send(shown)
  }

  const common = { tags: ['schedulers'], params: SchedulerParams, headers: IfMatch }
  const changed = { 200: ShownScheduler, ...refusals(401, 404, 409, 412, 415, 422) }

  app.patch(
    '/api/v1/schedulers/:id',
    {
      schema: {
        summary: 'Edit a scheduler',
        description: 'Absent fields stay, null clears.',
        ...common,
        body: EditBody,
        response: changed,
      },
      config: { permission: 'scheduler:update' },
    },
    async (request, reply) => {
      const edit = toEdit(request.body)
      const id = request.params.id.toLowerCase()
      await checkDependencies(routes.db, { id, dependsOn: edit.dependsOn, owner: ownerFor(request, 'scheduler:read') })
      return answer(request, reply, await change(request, { do: 'edit', edit }))
    },
  )

  app.delete(
    '/api/v1/schedulers/:id',
    {
      schema: { summary: 'Delete a scheduler', ...common, response: { 204: Type.Null(), ...refusals(401, 404, 412, 422) } },
      config: { permission: 'scheduler:delete' },
    },
    async (request, reply) => {
      await change(request, { do: 'delete' })
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/schedulers/:id/pause',
    {
      schema: {
        summary: 'Pause a scheduler',
        description: 'Its silence is not watched. It resumes at `until`, or with its next report, unless the pause is `sticky`.',
        ...common,
        body: PauseBody,
        response: changed,
      },
      preValidation: bodyOrNothing,
      config: { permission: 'scheduler:move' },
    },
    async (request, reply) => {
      const { until: text, sticky = false } = request.body
      const until = text == null ? null : new Date(text)
      if (until !== null && until <= routes.clock.now()) throw invalid([{ in: 'body', pointer: '/until', detail: 'must be in the future' }])
      return answer(request, reply, await change(request, { do: 'pause', until, sticky }))
    },
  )

  app.post(
    '/api/v1/schedulers/:id/resume',
    {
      schema: { summary: 'Resume a paused scheduler', description: 'It is New, and expected anew.', ...common, response: changed },
      config: { permission: 'scheduler:move' },
    },
    async (request, reply) => answer(request, reply, await change(request, { do: 'resume' })),
  )
}

function illegalMove({ from, to, allowed }: Extract<SchedulerOutcome, { kind: 'refused' }>) {
  return new RequestError('illegal_move', `A scheduler that is ${from} cannot become ${to}: only one that is Paused resumes.`, {
    extra: { allowed },
  })
}

import { NotFoundError } from '@lifeline/backbone/db/errors'
import { changeTask, type TaskOutcome } from '@lifeline/backbone/db/tasks/change-tasks'
import type { TaskCommand } from '@lifeline/backbone/db/tasks/decide'
import { TaskSchema, toTask } from '@lifeline/backbone/db/tasks/task'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { etagOf, IfMatch, preconditionFailed, readIfMatch } from '../entity-tags.ts'
import { RequestError } from '../problem.ts'
import { taskMoves } from './counters.ts'
import { EditBody, MoveBody, TaskParams, toEdit } from './task-input.ts'
import { taskOwnerOf } from './task-owner.ts'
import type { TaskRoutes } from './task-routes.ts'

type TaskRequest = Pick<FastifyRequest, 'actor' | 'traceparent' | 'headers' | 'extent' | 'principal'> & { params: { id: string } }

/** PATCH, the move of the status, and DELETE: one change each. */
export function routeChanges(app: App, { writer, clock }: TaskRoutes): void {
  /** Makes the change and answers the task after it. Throws when there is no such task for whoever asks, it is not as If-Match says, or the move is illegal. */
  async function change(request: TaskRequest, command: TaskCommand) {
    const { actor, traceparent } = request
    const id = request.params.id.toLowerCase()
    const asked = { ifVersion: readIfMatch(request), owner: taskOwnerOf(request) }
    const outcome = await writer.submit(changeTask, { id, command, ...asked, actor, now: clock.now(), traceparent })
    if (outcome.kind === 'missing') throw new NotFoundError(`task ${id}`)
    if (outcome.kind === 'stale') throw preconditionFailed('task', outcome.task.version)
    if (outcome.kind === 'refused') throw illegalMove(outcome)
    if (outcome.kind === 'changed' && command.do === 'move') taskMoves.inc({ from: outcome.before.status, to: outcome.task.status })
    return toTask(outcome.task)
  }
  const answer = (reply: FastifyReply, task: Awaited<ReturnType<typeof change>>) => reply.header('etag', etagOf(task.version)).send(task)

  const tags = ['tasks']
  const changed = { 200: TaskSchema, ...refusals(401, 404, 409, 412, 415, 422) }

  app.patch(
    '/api/v1/tasks/:id',
    {
      schema: {
        summary: 'Edit a task',
        description: 'Absent fields stay, null clears.',
        tags,
        params: TaskParams,
        headers: IfMatch,
        body: EditBody,
        response: changed,
      },
      config: { permission: 'task:update' },
    },
    async (request, reply) => answer(reply, await change(request, { do: 'edit', edit: toEdit(request.body) })),
  )

  app.patch(
    '/api/v1/tasks/:id/status',
    {
      schema: {
        summary: 'Move a task to another status',
        description: 'A move that is not allowed is 409 with the list of allowed ones; the present status again changes nothing.',
        tags,
        params: TaskParams,
        headers: IfMatch,
        body: MoveBody,
        response: changed,
      },
      config: { permission: 'task:move' },
    },
    async (request, reply) => {
      const { status: to, reason = null } = request.body
      return answer(reply, await change(request, { do: 'move', to, reason }))
    },
  )

  app.delete(
    '/api/v1/tasks/:id',
    {
      schema: {
        summary: 'Delete a task',
        tags,
        params: TaskParams,
        headers: IfMatch,
        response: { 204: Type.Null(), ...refusals(401, 404, 412, 422) },
      },
      config: { permission: 'task:delete' },
    },
    async (request, reply) => {
      await change(request, { do: 'delete' })
      return reply.code(204).send(null)
    },
  )
}

function illegalMove({ from, to, allowed }: Extract<TaskOutcome, { kind: 'refused' }>) {
  const detail = `must be one of ${allowed.join(', ')}; it is ${to}`
  return new RequestError('illegal_move', `A task that is ${from} cannot become ${to}.`, {
    errors: [{ in: 'body', pointer: '/status', detail }],
    extra: { allowed },
  })
}

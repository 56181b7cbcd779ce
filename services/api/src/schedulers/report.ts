import type { Signal } from '@lifeline/backbone/db/schedulers/signals'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import { forbidden } from '../authenticate.ts'
import { refusals } from '../docs.ts'
import { IfMatch } from '../entity-tags.ts'
import { clearable, text } from '../fields.ts'
import { RunId, SentAt } from '../pings/ping-input.ts'
import { RequestError } from '../problem.ts'
import { submitChange } from './change-scheduler.ts'
import { bodyOrNothing, SchedulerParams } from './scheduler-input.ts'
import { ownerFor, schedulerOwnerOf } from './scheduler-owner.ts'
import type { SchedulerRoutes } from './scheduler-routes.ts'
import { ShownScheduler, showScheduler } from './show-scheduler.ts'

/** What each word says: ours first, then those of the brief. */
const WORDS = {
  Running: 'start',
  Succeeded: 'success',
  Failed: 'fail',
  RUNNING: 'start',
  SUCCESS: 'success',
  COMPLETED: 'success',
  IDLE: 'success',
  FAILED: 'fail',
  ERROR: 'fail',
  TIMEOUT: 'fail',
  PAUSED: 'pause',
  ACTIVE: 'resume',
} as const
type Word = keyof typeof WORDS
const words = Object.keys(WORDS) as Word[]

const StatusBody = Type.Object(
  {
    status: Type.Enum(words, { description: `one of ${words.join(', ')}` }),
    error: clearable(text(1_000)),
    runId: RunId,
  },
  { additionalProperties: false, description: 'a JSON object' },
)

const HeartbeatBody = Type.Object({ runId: RunId, at: SentAt }, { additionalProperties: false, description: 'a JSON object' })

type ReportRequest = FastifyRequest & { params: { id: string } }

/** What a job says of itself with a key: PUT status and heartbeat. They are counted by scheduler, not by key. */
export function routeReports(app: App, routes: SchedulerRoutes): void {
  async function report(request: ReportRequest, reply: FastifyReply, signal: Signal) {
    const { scheduler, ping } = await routes.takeSignal(request, {
      id: request.params.id.toLowerCase(),
      signal,
      owner: schedulerOwnerOf(request),
      actor: request.actor,
    })
    if (ping?.kind === 'ignored') throw paused()
    return reply.send(showScheduler(routes, request, scheduler, routes.clock.now()))
  }

  const common = {
    tags: ['schedulers'],
    params: SchedulerParams,
    response: { 200: ShownScheduler, ...refusals(401, 403, 404, 409, 412, 415, 422) },
  }
  const config = { permission: 'scheduler:ping', limitedByScheduler: true } as const

  app.put(
    '/api/v1/schedulers/:id/status',
    {
      schema: {
        summary: 'Report the start or the end of a run',
        description:
          'Running, Succeeded or Failed. RUNNING, SUCCESS, COMPLETED, IDLE, FAILED, ERROR and TIMEOUT are understood too; PAUSED and ACTIVE pause and resume, which takes `scheduler:move`. If-Match counts for these two: a report is true whatever changed meanwhile.',
        ...common,
        headers: IfMatch,
        body: StatusBody,
      },
      config,
    },
    async (request, reply) => {
      const { status, error = null, runId = null } = request.body
      const word = WORDS[status]
      if (word === 'pause' || word === 'resume') {
        if (!request.principal.permissions.has('scheduler:move')) throw forbidden(`${status} takes the permission scheduler:move.`)
        const command = word === 'pause' ? ({ do: 'pause', until: null, sticky: false } as const) : ({ do: 'resume' } as const)
        const row = await submitChange(routes, request, { id: request.params.id, command, owner: ownerFor(request, 'scheduler:move') })
        return reply.send(showScheduler(routes, request, row, routes.clock.now()))
      }
      const said = error ?? (status === 'TIMEOUT' ? 'It took too long.' : null)
      return report(request, reply, { kind: word, runId, error: word === 'fail' ? said : null })
    },
  )

  app.post(
    '/api/v1/schedulers/:id/heartbeat',
    {
      schema: {
        summary: 'Show a sign of life',
        description: 'While a run is open it only extends it; otherwise it is a success.',
        ...common,
        body: HeartbeatBody,
      },
      preValidation: bodyOrNothing,
      config,
    },
    async (request, reply) => {
      const { runId = null, at } = request.body
      return report(request, reply, { kind: 'heartbeat', runId, at: at == null ? undefined : new Date(at) })
    },
  )
}

function paused() {
  const detail = 'The scheduler is paused, whatever it reports: this was kept, and does not count. Resume it first.'
  return new RequestError('paused', detail)
}

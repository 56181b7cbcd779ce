import { NotFoundError } from '@lifeline/backbone/db/errors'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import { changeScheduler, type SchedulerOutcome, signalCommand } from '@lifeline/backbone/db/schedulers/change-scheduler'
import type { SchedulerOwner } from '@lifeline/backbone/db/schedulers/owner'
import type { Signal } from '@lifeline/backbone/db/schedulers/signals'
import type { Clock } from '@lifeline/backbone/process/clock'
import { counter } from '@lifeline/backbone/process/metrics'
import type { FastifyRequest } from 'fastify'
import { invalid, RequestError } from '../problem.ts'
import { BURST, makePingLimit, PINGS_PER_SECOND } from './ping-limit.ts'

const signalsTaken = counter('scheduler_signals_total', 'Signals of schedulers, by what they were taken for.', ['kind'])

export interface Asked {
  /** Of the scheduler. */
  id: string
  signal: Signal
  owner?: SchedulerOwner
  actor: string
}

export type TakeSignal = (request: FastifyRequest, asked: Asked) => Promise<Extract<SchedulerOutcome, { kind: 'changed' }>>

/** Clocks differ: what is so little ahead of ours is now. */
const MOST_AHEAD_MS = 5_000

interface Options {
  writer: Writer
  /** Domain time. */
  clock: Clock
  /** Machine time, for the limit. */
  machineNow: () => Date
}

/**
 * Makes what takes a signal, however it came. It throws when it is from the future, when its scheduler is unknown (or not the
 * owner's), and when there were too many of them.
 */
export function makeTakeSignal({ writer, clock, machineNow }: Options): TakeSignal {
  const limit = makePingLimit(machineNow)
  return async (request, { id, signal, owner, actor }) => {
    const now = clock.now()
    const { at } = signal
    if (at !== undefined && at.getTime() > now.getTime() + MOST_AHEAD_MS) throw inFuture(request, at, now)
    const waitMs = limit(id)
    if (waitMs > 0) throw tooMany(waitMs)
    const { ip, method, headers, traceparent } = request
    const command = signalCommand({ ...signal, source: ip, method, userAgent: headers['user-agent'] ?? null })
    const outcome = await writer.submit(changeScheduler, { id, command, owner, actor, now, traceparent })
    if (outcome.kind !== 'changed') throw new NotFoundError(`scheduler ${id}`)
    signalsTaken.inc({ kind: outcome.ping?.kind ?? 'none' })
    return outcome
  }
}

function inFuture(request: FastifyRequest, at: Date, now: Date) {
  const part = request.method === 'POST' && !request.url.includes('at=') ? 'body' : 'query'
  return invalid([
    { in: part, pointer: '/at', detail: `must not be in the future; it is ${at.toISOString()}, and now is ${now.toISOString()}` },
  ])
}

function tooMany(waitMs: number) {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000))
  const detail = `A scheduler may report ${PINGS_PER_SECOND} times a second, after ${BURST} at once; this was not counted. Try again in ${seconds} s.`
  return new RequestError('rate_limited', detail, { headers: { 'retry-after': String(seconds) } })
}

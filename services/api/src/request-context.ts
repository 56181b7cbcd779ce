import { randomFillSync } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { DomainError } from '@lifeline/backbone/db/errors'
import type { Log } from '@lifeline/backbone/process/log'
import type { App } from './app.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** W3C trace context of the caller, or one made here. */
    traceparent: string
    /** What was answered with a 5xx, for the log line. */
    failure: unknown
  }
}

/** Gives every request an id and a trace, answers the id, and writes one log line when it is done. No bodies, no raw URLs. */
export function addRequestContext(app: App, log: Log): void {
  // What a line holds is known here and no secret; looking for secrets would take longer than writing it.
  const lines = log.child({}, { redact: [] })
  app.decorateRequest('traceparent', '')
  app.decorateRequest('failure', undefined)
  app.addHook('onRequest', (request, reply, done) => {
    request.traceparent = traceparentOf(request.headers.traceparent)
    reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const line = {
      method: request.method,
      route: request.routeOptions.url ?? 'unmatched',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      principal: request.principal?.id || undefined,
      requestId: request.id,
      traceparent: request.traceparent,
    }
    const { failure } = request
    // A backend that is away is told in a word: its stack says nothing, and there may be thousands.
    if (failure instanceof DomainError) log.warn({ ...line, why: failure.message }, 'request failed')
    else if (failure !== undefined) log.error({ ...line, err: failure }, 'request failed')
    // Probes and scrapes come every few seconds for ever.
    else if (request.routeOptions.config.public === true) log.debug(line, 'request')
    else lines.info(line, 'request')
    done()
  })
}

const REQUEST_ID = /^[\w.:~+/=-]{1,100}$/

/** The caller's `x-request-id` when it is short and harmless in a log, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const id = request.headers['x-request-id']
  return typeof id === 'string' && REQUEST_ID.test(id) ? id : crypto.randomUUID()
}

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** The caller's `traceparent` when it is valid (W3C trace context, version 00), else a new sampled one. */
function traceparentOf(header: string | string[] | undefined): string {
  if (typeof header === 'string' && TRACEPARENT.test(header)) return header
  const ids = randomIds()
  return `00-${ids.slice(0, 32)}-${ids.slice(32)}-01`
}

/** A trace has 16 bytes, a span 8. */
const IDS = 24
const random = Buffer.alloc(200 * IDS)
let taken = random.length

/** In hex. For many requests at once, because to ask for random bytes takes longer than all else here. */
function randomIds(): string {
  if (taken === random.length) {
    randomFillSync(random)
    taken = 0
  }
  taken += IDS
  return random.toString('hex', taken - IDS, taken)
}

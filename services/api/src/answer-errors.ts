import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './app.ts'
import { type ProblemCode, problemOf, RequestError } from './problem.ts'

const PROBLEM_JSON = 'application/problem+json; charset=utf-8'

/** Seconds after which a client may try again: long enough for a failover's first reconnect, short enough for a person. */
const RETRY_AFTER = '2'

/** What a request that failed to authenticate hears instead, when its address has guessed too often. */
type RefuseGuesser = (request: FastifyRequest) => RequestError | undefined

/** Every error of every route, and every unknown route, is answered here. */
export function answerErrors(app: App, refuseGuesser: RefuseGuesser): void {
  app.setErrorHandler((error, request, reply) => {
    const isUnauthorized = error instanceof RequestError && error.code === 'unauthorized'
    return answerError((isUnauthorized ? refuseGuesser(request) : undefined) ?? error, request, reply)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.originalUrl.split('?')[0]?.slice(0, 200)
    return answerError(new RequestError('not_found', `There is no ${request.method} ${path}.`), request, reply)
  })
}

/** Also serves as Fastify's `frameworkErrors`: requests that no route could take, such as a malformed path. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, request.id)
  if (problem.status >= 500) request.failure = error
  if (error instanceof RequestError) reply.headers(error.headers)
  if (problem.status === 503) reply.header('retry-after', RETRY_AFTER)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="lifeline"')
  // A text, so that no response schema takes members away.
  return reply.code(problem.status).header('x-request-id', request.id).type(PROBLEM_JSON).send(JSON.stringify(problem))
}

const CODE_OF_SOCKET_ERROR: Readonly<Record<string, { code: ProblemCode; detail: string }>> = {
  HPE_HEADER_OVERFLOW: { code: 'headers_too_large', detail: 'The path and the headers together are too long.' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', detail: 'The request did not arrive in time.' },
}

/** Answers what is not even HTTP, or was too long or too slow to become a request. Nothing else of Fastify runs for these. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const { code, detail } = CODE_OF_SOCKET_ERROR[error.code ?? ''] ?? { code: 'bad_request', detail: 'This is not an HTTP request.' }
  const problem = problemOf(new RequestError(code, detail), crypto.randomUUID())
  const body = JSON.stringify(problem)
  const head = `HTTP/1.1 ${problem.status} ${problem.title}\r\ncontent-type: ${PROBLEM_JSON}\r\ncontent-length: ${Buffer.byteLength(body)}`
  socket.end(`${head}\r\nconnection: close\r\n\r\n${body}`)
}

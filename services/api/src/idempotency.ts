import { hash } from 'node:crypto'
import type { Work } from '@lifeline/backbone/db/commit'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import { type KeyedInput, type OnceOutcome, once, type StoredAnswer } from '@lifeline/backbone/db/idempotency/once'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { invalid } from './problem.ts'

/** For `schema.headers` of a POST that creates. */
export const IdempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ minLength: 1, maxLength: 255, pattern: '^[ -~]+$', description: '1 to 255 printable ASCII characters' }),
  ),
})

/** A POST that creates: what is to be done, and how the result is answered. */
export interface Creation<Input, Output> {
  work: Work<Input, Output>
  input: Input
  answerOf(output: Output): { status: number; headers: Record<string, string>; body: unknown }
  /** The answer holds a secret, so that it is stored sealed. */
  secret?: boolean
}

/**
 * Does what a POST asks for and answers it. With an Idempotency-Key it is done once: the answer is stored with the effect, and
 * the same request gets it again, marked `Idempotency-Replayed: true`; another request with the key is 422. Answers whether
 * it was done now. Without a key it is the work and nothing else.
 */
export async function create<Input, Output>(
  request: FastifyRequest,
  reply: FastifyReply,
  { writer, secrets }: { writer: Writer; secrets: Secrets },
  creation: Creation<Input, Output>,
): Promise<boolean> {
  const { work, input, answerOf } = creation
  if (request.headers['idempotency-key'] === undefined) {
    const { status, headers, body } = answerOf(await writer.submit(work, input))
    reply.code(status).headers(headers).send(body)
    return true
  }
  const { secret = false } = creation
  // What was sent is what is stored: the same bytes again, whatever the schema of answers has become.
  const toStored = (output: Output): StoredAnswer => {
    const { status, headers, body } = answerOf(output)
    return { status, headers, body: reply.code(status).serialize(body) as string }
  }
  const outcome = await writer.submit(onceOf(work), {
    input,
    ...identify(request, secrets),
    machineNow: new Date(),
    answerOf: (output) => withBody(toStored(output), (body) => (secret ? secrets.seal(PURPOSE, body) : body)),
  })
  if (outcome.kind === 'reused') throw invalid([{ in: 'header', pointer: '/idempotency-key', detail: REUSED }], 'idempotency_key_reused')
  if (outcome.kind === 'done') {
    send(reply, toStored(outcome.output))
    return true
  }
  reply.header('idempotency-replayed', 'true')
  send(
    reply,
    withBody(outcome.answer, (body) => (secret ? secrets.open(PURPOSE, body) : body)),
  )
  return false
}

const PURPOSE = 'idempotency'
const REUSED = 'was used before with another request; a new request needs a new key'

const withBody = ({ body, ...rest }: StoredAnswer, change: (body: string) => string): StoredAnswer => ({
  ...rest,
  body: body === null ? null : change(body),
})

function send(reply: FastifyReply, { status, headers, body }: StoredAnswer) {
  reply.code(status).headers(headers).type('application/json; charset=utf-8').send(body)
}

/** One wrapper a work: operations are decided together with those of the same work. */
const wrapped = new WeakMap<object, unknown>()

function onceOf<Input, Output>(work: Work<Input, Output>) {
  type Once = Work<KeyedInput<Input, Output>, OnceOutcome<Output>>
  const known = wrapped.get(work) as Once | undefined
  if (known !== undefined) return known
  const made: Once = once(work)
  wrapped.set(work, made)
  return made
}

/**
 * Who uses the key for what, and what exactly is asked. The second is keyed with our secret: a body may hold a password,
 * which must not be guessed from what is stored.
 */
function identify(request: FastifyRequest, secrets: Secrets): { id: string; requestHash: string } {
  const { principal, actor, method, routeOptions, headers, params, query, body } = request
  const id = hash('sha256', JSON.stringify([principal.id, method, routeOptions.url, headers['idempotency-key']]))
  return { id, requestHash: secrets.mac(PURPOSE, JSON.stringify(sorted([actor, params, query, body]))) }
}

/** With the members of objects in one order: the order in which a client writes them says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]))
}

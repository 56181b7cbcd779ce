import { STATUS_CODES } from 'node:http'
import { DomainError, NotUniqueError } from '@lifeline/backbone/db/errors'

/** What is wrong with one value. `pointer` is a JSON pointer into the part of the request that `in` names. */
export interface FieldError {
  in: 'body' | 'query' | 'path' | 'header'
  pointer: string
  detail: string
}

interface RequestErrorOptions {
  errors?: readonly FieldError[]
  extra?: object
  headers?: Readonly<Record<string, string>>
}

/** A request that cannot be served as it is. `code` is one of STATUS_OF_CODE; `extra` are further members of the problem. */
export class RequestError extends DomainError {
  override name = 'RequestError'
  readonly errors: readonly FieldError[]
  readonly extra: Readonly<Record<string, unknown>>
  /** Headers of the answer. */
  readonly headers: Readonly<Record<string, string>>
  constructor(code: ProblemCode, message: string, { errors = [], extra = {}, headers = {} }: RequestErrorOptions = {}) {
    super(code, message)
    this.errors = errors
    this.extra = { ...extra }
    this.headers = headers
  }
}

/** A value that is not what it must be: 422, with the first of the errors as its sentence. */
export function invalid(errors: readonly FieldError[], code: ProblemCode = 'invalid'): RequestError {
  const [first] = errors
  const name = first?.pointer.slice(1) || `The ${first?.in ?? 'request'}`
  return new RequestError(code, `${name} ${first?.detail}.`, { errors })
}

/** The one place where the code of a failure becomes an HTTP status. Codes are stable: clients branch on them. */
const STATUS_OF_CODE = {
  bad_request: 400,
  bad_json: 400,
  bad_cursor: 400,
  unauthorized: 401,
  // Ours once, so that nobody is guessing.
  token_expired: 401,
  forbidden: 403,
  registration_closed: 403,
  not_found: 404,
  request_timeout: 408,
  illegal_move: 409,
  // It was kept, and does not count.
  paused: 409,
  not_unique: 409,
  contended: 409,
  precondition_failed: 412,
  too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  invalid: 422,
  idempotency_key_reused: 422,
  rate_limited: 429,
  too_many_attempts: 429,
  headers_too_large: 431,
  internal: 500,
  database_unavailable: 503,
  deadlock: 503,
  overloaded: 503,
} as const
export type ProblemCode = keyof typeof STATUS_OF_CODE

/** Bodies may have this many bytes: far more than the largest legal task. */
export const BODY_LIMIT = 1024 * 1024

const body = (detail: string): Pick<Refusal, 'detail' | 'errors'> => ({
  detail: `The body ${detail}.`,
  errors: [{ in: 'body', pointer: '', detail }],
})

/** What Fastify itself refuses, in our words. */
const REFUSAL_OF_FASTIFY: Readonly<Record<string, Refusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'too_large', ...body(`must have at most ${BODY_LIMIT} bytes`) },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_media_type', ...body('must be JSON, with content-type: application/json') },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'uri_too_long', detail: 'A part of the path is longer than any of ours.' },
  FST_ERR_BAD_URL: { code: 'bad_request', detail: 'The path is not valid: a % must be followed by the two digits of a byte of UTF-8.' },
}

/** The field that a unique constraint of `sql/` guards, and whose it is. */
const FIELD_OF_CONSTRAINT: Readonly<Record<string, readonly [field: string, kind: string]>> = {
  tasks_external_ref_key: ['externalRef', 'task'],
  users_email_key: ['email', 'user'],
  channels_name_key: ['name', 'channel'],
  schedulers_name_key: ['name', 'scheduler'],
  reports_name_key: ['name', 'report'],
}

/** RFC 9457. */
export interface Problem {
  type: string
  title: string
  status: number
  code: ProblemCode
  detail?: string
  errors?: readonly FieldError[]
  request_id: string
  [extra: string]: unknown
}

/** What the client hears about an error. Of a failure on our side (5xx) nothing but its code. */
export function problemOf(error: unknown, requestId: string): Problem {
  const { code, detail, errors = [], extra } = refusalOf(error)
  const status = STATUS_OF_CODE[code]
  const head = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code }
  if (status >= 500) return { ...head, request_id: requestId }
  return { ...head, detail, ...(errors.length === 0 ? {} : { errors }), ...extra, request_id: requestId }
}

interface Refusal {
  code: ProblemCode
  detail: string
  errors?: readonly FieldError[]
  extra?: Readonly<Record<string, unknown>>
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof RequestError)
    return { code: error.code as ProblemCode, detail: error.message, errors: error.errors, extra: error.extra }
  if (error instanceof NotUniqueError) return notUnique(error)
  if (error instanceof DomainError && error.code in STATUS_OF_CODE) return { code: error.code as ProblemCode, detail: error.message }
  const { code = '', statusCode = 500, message = '' } = error as { code?: string; statusCode?: number; message?: string }
  const known = REFUSAL_OF_FASTIFY[code]
  if (known !== undefined) return known
  if (code.startsWith('FST_') && statusCode >= 400 && statusCode < 500) return { code: 'bad_request', detail: `${message}.` }
  return { code: 'internal', detail: '' }
}

function notUnique({ constraint }: NotUniqueError): Refusal {
  const [field, kind] = FIELD_OF_CONSTRAINT[constraint] ?? []
  // Any other unique key is ours to keep: a bug, not the client's mistake.
  if (field === undefined) return { code: 'internal', detail: '' }
  const detail = `is taken by another ${kind}; it must be unique`
  return { code: 'not_unique', detail: `${field} ${detail}.`, errors: [{ in: 'body', pointer: `/${field}`, detail }] }
}

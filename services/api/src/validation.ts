import { Ajv, type Options } from 'ajv'
import type { FastifyRequest, FastifySchemaCompiler } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { App } from './app.ts'
import { explain } from './explain.ts'
import { isEmail, isInstant, isReminder, isUuid } from './formats.ts'
import { type FieldError, invalid } from './problem.ts'
import { childPointer, isText, MAX_ERRORS, NOT_TEXT, readJson } from './read-json.ts'

const OPTIONS: Options = {
  allErrors: true,
  // The words of an error are made from its schema and its value.
  verbose: true,
  allowUnionTypes: true,
  // Of a cron expression or a zone that is none, the routes say more than Ajv could.
  formats: { email: isEmail, 'date-time': isInstant, duration: isReminder, uuid: isUuid, cron: true, 'time-zone': true },
  keywords: [
    {
      keyword: 'maxBytes',
      type: 'string',
      schemaType: 'number',
      // Oracle's VARCHAR2 counts bytes.
      validate: (max: number, text: string) => Buffer.byteLength(text) <= max,
    },
  ],
}

/** JSON has types, so a body is taken as it is; a query string has none, so its texts are read as what the schema asks for. */
const bodies = new Ajv(OPTIONS)
const texts = new Ajv({ ...OPTIONS, coerceTypes: 'array' })

/** Bodies are JSON only; a value that does not fit its schema is refused with its name, what is allowed, and what it is. */
export function addValidation(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_: FastifyRequest, body: Buffer) => readJson(body))
  app.setValidatorCompiler(compile)
  app.addHook('preValidation', (request, _, done) => done(badText(request.query as Record<string, string | string[]>)))
}

const PARTS: Readonly<Record<string, FieldError['in']>> = { body: 'body', querystring: 'query', params: 'path', headers: 'header' }

const compile: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const part = PARTS[httpPart ?? ''] ?? 'body'
  const check = (part === 'body' ? bodies : texts).compile(schema)
  return (value: unknown) => {
    if (check(value)) return part === 'body' ? { value } : finite(value as Record<string, unknown>, part)
    return { error: invalid(explain(check.errors ?? [], part).slice(0, MAX_ERRORS)) }
  }
}

/** The same for a part of a body that must not fail all of it. The check answers the value, or throws what is wrong with it. */
export function makeCheck<T extends TSchema>(schema: T): (value: unknown) => Static<T> {
  const check = bodies.compile<Static<T>>(schema)
  return (value) => {
    if (check(value)) return value
    throw invalid(explain(check.errors ?? [], 'body').slice(0, MAX_ERRORS))
  }
}

/** Ajv reads `1e309` as a number, Infinity, and holds it to no limit then. */
function finite(value: Record<string, unknown>, part: FieldError['in']) {
  const infinite = Object.keys(value).find((name) =>
    [value[name]].flat().some((item) => typeof item === 'number' && !Number.isFinite(item)),
  )
  if (infinite === undefined) return { value }
  return { error: invalid([{ in: part, pointer: childPointer('', infinite), detail: 'must be a number that is not so large' }]) }
}

function badText(query: Record<string, string | string[]>) {
  const bad = Object.keys(query).find((name) => ![name, query[name] ?? ''].flat().every(isText))
  return bad === undefined ? undefined : invalid([{ in: 'query', pointer: childPointer('', bad), detail: NOT_TEXT }])
}

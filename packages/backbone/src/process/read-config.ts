import { readFileSync } from 'node:fs'
import Type, { type Static, type TObject, type TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** The configuration cannot be used. The message lists every problem, one a line. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Variables that every process knows. */
export const CommonConfig = {
  DATABASE_URL: Type.String({
    pattern: '^(pglite:|postgres(ql)?://|oracles?://).*',
    description: 'pglite:<folder> or postgres://user:password@host:5432/database or oracle://user:password@host:1521/service',
  }),
  BROKER_URL: Type.String({
    pattern: '^(embedded:|amqps?://).*',
    default: 'embedded:',
    description: 'embedded: or amqp(s)://user:password@host',
  }),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: 'trace, debug, info, warn, error, fatal or silent',
  }),
  DATABASE_CONNECTIONS: Type.Integer({
    minimum: 2,
    maximum: 500,
    default: 10,
    description: 'Connections to the database server, at most; to Oracle always that many.',
  }),
  WRITE_BATCH: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    default: 200,
    description: 'Writes that may share a transaction, at most; 1 is a transaction for each.',
  }),
  WRITE_TRANSACTIONS: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 4,
    description: 'Transactions with shared writes at once, at most.',
  }),
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * Reads what `schema` names from the environment, with defaults filled in. `NAME_FILE` may hold the path of a file with
 * the value. Throws ConfigError with all problems at once. The result is frozen, and nothing else reads the environment.
 */
export function readConfig<T extends TObject>(schema: T, env: Env): Readonly<Static<T>> {
  const problems: string[] = []
  const config: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(schema.properties as Record<string, TSchema & { default?: unknown; description?: string }>)) {
    try {
      const text = textOf(name, env)
      const value = text === undefined ? field.default : parse(field, text)
      if (value === undefined && isOptional(schema, name)) continue
      if (value === undefined) problems.push(`${name} is not set${hint(field)}.`)
      else if (Value.Check(field, value)) config[name] = value
      else problems.push(`${name} ${Value.Errors(field, value)[0]?.message ?? 'is wrong'}${hint(field)}.`)
    } catch (error) {
      problems.push((error as Error).message)
    }
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return Object.freeze(config) as Readonly<Static<T>>
}

const hint = ({ description }: { description?: string }) => (description === undefined ? '' : ` (${description})`)
const isOptional = (schema: TObject, name: string) => !(schema.required ?? []).includes(name)

/** An empty variable counts as not set: that is what `NAME=` in a compose file or `.env` means. */
function textOf(name: string, env: Env): string | undefined {
  const file = env[`${name}_FILE`]
  if (env[name] && file) throw new ConfigError(`${name} and ${name}_FILE are both set; keep one.`)
  if (!file) return env[name] || undefined
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch (error) {
    throw new ConfigError(`${name}_FILE cannot be read: ${(error as Error).message}`)
  }
}

function parse(field: TSchema & { type?: string }, text: string): unknown {
  if (field.type === 'integer' || field.type === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (field.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  return text
}

import { readFileSync } from 'node:fs'
import Type, { type Static, type TObject } from 'typebox'
import { unknownVariables } from './unknown-variables.ts'
import { urlVariable } from './url-variable.ts'
import { parseText, problemOf, type Variable } from './variable.ts'

/** The configuration cannot be used. The message lists every problem, one a line. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

const POSTGRES = 'postgres://user:password@host:5432/database'
const ORACLE = 'oracle://user:password@host:1521/service'
const AMQP = 'amqp(s)://user:password@host/vhost'

/** Variables that every process knows. */
export const CommonConfig = {
  DATABASE_URL: urlVariable(
    { postgres: POSTGRES, postgresql: POSTGRES, oracle: ORACLE, oracles: ORACLE, pglite: 'pglite:<folder>' },
    { description: `The database: \`${POSTGRES}\`, \`${ORACLE}\`, or \`pglite:<folder>\` for one process alone.` },
  ),
  BROKER_URL: urlVariable(
    { embedded: 'embedded:', amqp: AMQP, amqps: AMQP },
    { default: 'embedded:', description: `The broker: \`${AMQP}\`, or \`embedded:\`, whose queues are in the database.` },
  ),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: 'From where on a line is worth logging.',
  }),
  DATABASE_CONNECTIONS: Type.Integer({
    minimum: 2,
    maximum: 500,
    default: 10,
    description: 'Connections to the database server, at most.',
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
    contradicts: (
      transactions: number,
      { DATABASE_CONNECTIONS: connections = Number.POSITIVE_INFINITY }: { DATABASE_CONNECTIONS?: number },
    ) => (transactions > connections ? `is ${transactions}, more than the ${connections} connections of DATABASE_CONNECTIONS` : undefined),
  }),
}

/** The same for a process that has others beside it on its database. */
export const SharedConfig = {
  ...CommonConfig,
  DATABASE_URL: Type.Refine(
    CommonConfig.DATABASE_URL,
    (url) => !url.startsWith('pglite:'),
    () => 'is pglite:, which only one process can use: run npm start, or set a postgres:// or oracle:// URL',
  ),
}

/** Variables of a command that only needs the database, and ends. */
export const CommandConfig = Type.Object({ DATABASE_URL: CommonConfig.DATABASE_URL, LOG_LEVEL: CommonConfig.LOG_LEVEL })

export type Env = Readonly<Record<string, string | undefined>>

/**
 * Reads what `schema` names from the environment, with defaults filled in. `NAME_FILE` may hold the path of a file with
 * the value. Throws ConfigError with all problems at once, LIFELINE_ variables that nobody knows among them; a value is
 * never repeated, because it may be a secret. The result is frozen, and nothing else reads the environment.
 */
export function readConfig<T extends TObject>(schema: T, env: Env): Readonly<Static<T>> {
  const variables = Object.entries(schema.properties as Record<string, Variable>)
  const problems: string[] = []
  const config: Record<string, unknown> = {}
  const given: [name: string, variable: Variable][] = []
  for (const [name, variable] of variables) {
    try {
      const text = textOf(name, env)
      const value = text === undefined ? variable.default : parseText(variable, text)
      const problem = value === undefined ? absence(schema, name) : problemOf(variable, value)
      if (problem !== undefined) problems.push(sentence(name, problem, variable))
      else if (value !== undefined) config[name] = value
      if (text !== undefined && problem === undefined) given.push([name, variable])
    } catch (error) {
      problems.push((error as Error).message)
    }
  }
  for (const [name, variable] of given) {
    const contradiction = variable.contradicts?.(config[name], config)
    if (contradiction !== undefined) problems.push(sentence(name, contradiction, variable))
  }
  problems.push(...unknownVariables(env, Object.keys(schema.properties)))
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return Object.freeze(config) as Readonly<Static<T>>
}

/** The level to log with before the configuration is read, and when it cannot be. */
export function readLogLevel(env: Env): string {
  const usual = 'info'
  try {
    const level = textOf('LOG_LEVEL', env) ?? usual
    return problemOf(CommonConfig.LOG_LEVEL, level) === undefined ? level : usual
  } catch {
    return usual
  }
}

const sentence = (name: string, problem: string, { description }: Variable) =>
  `${name} ${problem}.${description === undefined ? '' : ` ${description}`}`
const absence = (schema: TObject, name: string) => ((schema.required ?? []).includes(name) ? 'is not set' : undefined)

/** An empty variable counts as not set: that is what `NAME=` in a compose file or `.env` means. */
function textOf(name: string, env: Env): string | undefined {
  const file = env[`${name}_FILE`]
  if (env[name] && file) throw new ConfigError(`${name} and ${name}_FILE are both set; keep one.`)
  if (!file) return env[name] || undefined
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch (error) {
    throw new ConfigError(`${name}_FILE cannot be read: ${(error as Error).message}.`)
  }
}

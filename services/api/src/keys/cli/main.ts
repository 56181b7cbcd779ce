import { existsSync } from 'node:fs'
import { DomainError } from '@lifeline/backbone/db/errors'
import { ConfigError } from '@lifeline/backbone/process/read-config'
import { whyOf } from '@lifeline/backbone/process/why-of'
import { UsageError } from '../../usage-error.ts'
import { readCommand } from './command.ts'
import { withDatabase } from './with-database.ts'

// npm run keys -- …: keys without an API, the first one of an installation for example. Ends with 0; with 1 when it could
// not be done, with 2 when it was not asked for rightly.
const args = process.argv.slice(2)
const asJson = args.includes('--json')
try {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const run = readCommand(args.filter((arg) => arg !== '--json'))
  const { out, note, json } = await withDatabase(process.env, run)
  const text = asJson ? JSON.stringify(json) : out
  if (text !== '') process.stdout.write(`${text}\n`)
  if (note !== undefined && !asJson) process.stderr.write(`${note}\n`)
} catch (error) {
  process.exitCode = error instanceof UsageError || error instanceof ConfigError ? 2 : 1
  process.stderr.write(`${sentence(error)}\n`)
}

function sentence(error: unknown): string {
  if (error instanceof UsageError || error instanceof ConfigError) return error.message
  // What nobody has foreseen is told with its stack.
  if (!(error instanceof DomainError)) return error instanceof Error ? String(error.stack) : String(error)
  const why = whyOf(error.cause)
  return why === '' ? error.message : `${error.message} (${why})`
}

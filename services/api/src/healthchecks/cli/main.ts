import { existsSync } from 'node:fs'
import { textTable } from '../../text-table.ts'
import { UsageError } from '../../usage-error.ts'
import { ImportError } from './ask.ts'
import { type ImportedItem, importChecks } from './import-checks.ts'
import { readOptions } from './read-options.ts'

// npm run import -- --from …: brings the checks of healthchecks to a Lifeline that runs. Ends with 0 when all came over; with 1
// when some were refused or it could not be done, with 2 when it was not asked for rightly.
try {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const items = await importChecks(readOptions(process.argv.slice(2), process.env))
  if (items.length > 0) process.stdout.write(`${textTable([['check', 'outcome', 'notes'], ...items.map(lineOf)])}\n\n`)
  process.stdout.write(`${sumOf(items)}\n`)
  if (items.some(({ outcome }) => outcome === 'refused')) process.exitCode = 1
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1
  // What nobody has foreseen is told with its stack.
  const isKnown = error instanceof UsageError || error instanceof ImportError
  process.stderr.write(`${isKnown ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
}

function lineOf({ name, outcome, detail, leftOut }: ImportedItem): string[] {
  const notes = detail ?? (leftOut === undefined ? '' : `without ${leftOut.join(', ')}`)
  return [name ?? '(no name)', outcome, notes]
}

function sumOf(items: readonly ImportedItem[]): string {
  const outcomes = ['registered', 'edited', 'unchanged', 'refused'] as const
  const counts = outcomes.map((wanted) => `${items.filter(({ outcome }) => outcome === wanted).length} ${wanted}`)
  return `${items.length} ${items.length === 1 ? 'check' : 'checks'}: ${counts.join(', ')}.`
}

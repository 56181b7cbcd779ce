import { readFileSync } from 'node:fs'
import { MOST_CHECKS } from '../import-input.ts'
import { ask, ImportError, parse } from './ask.ts'
import type { ImportOptions } from './read-options.ts'

export interface ImportedItem {
  name: string | null
  outcome: 'registered' | 'edited' | 'unchanged' | 'refused'
  detail?: string
  leftOut?: string[]
}

/** Half of what a body may have; the rest is for what stands around them. */
const MOST_BYTES = 512 * 1_024

/** Brings the checks over, in batches. Answers what became of each, in their order. Throws ImportError. */
export async function importChecks({ from, to }: ImportOptions): Promise<ImportedItem[]> {
  const items: ImportedItem[] = []
  for (const checks of inBatches(await readChecks(from))) {
    const answer = await ask('Lifeline', `${to.url}/api/v1/schedulers/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${to.key}`, 'content-type': 'application/json' },
      body: `{"checks":[${checks.join(',')}]}`,
    })
    const batch = (answer as { items?: unknown }).items
    if (!Array.isArray(batch)) throw new ImportError(`What answers at ${to.url} is no Lifeline.`)
    items.push(...(batch as ImportedItem[]))
  }
  return items
}

async function readChecks(from: ImportOptions['from']): Promise<object[]> {
  const answer =
    'file' in from
      ? parse(readFileSync(from.file, 'utf8'))
      : await ask('healthchecks', `${from.url}/api/v3/checks/`, { headers: { 'x-api-key': from.key } })
  const where = 'file' in from ? from.file : `What ${from.url} answered`
  if (answer === undefined) throw new ImportError(`${where} is no JSON.`)
  const checks = (answer as { checks?: unknown } | null)?.checks
  if (!Array.isArray(checks) || !checks.every((check) => typeof check === 'object' && check !== null && !Array.isArray(check)))
    throw new ImportError(`${where} is not the list of checks that healthchecks answers: {"checks": [{…}, …]}.`)
  return checks
}

/** The checks as JSON, as many together as a request may have. */
function* inBatches(checks: readonly object[]): Generator<string[]> {
  let batch: string[] = []
  let bytes = 0
  for (const check of checks) {
    const text = JSON.stringify(check)
    if (batch.length === MOST_CHECKS || (batch.length > 0 && bytes + Buffer.byteLength(text) > MOST_BYTES)) {
      yield batch
      ;[batch, bytes] = [[], 0]
    }
    batch.push(text)
    bytes += Buffer.byteLength(text)
  }
  if (batch.length > 0) yield batch
}

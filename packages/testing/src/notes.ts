import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { testEnvironment } from './test-environment.ts'

const NOTES = 'notes'

/** Adds a line to the summary at the end of the run, such as what could not be tested here and why. */
export function noteForSummary(text: string): void {
  appendFileSync(join(testEnvironment('TEST_RUN_FOLDER'), NOTES), `${text.replaceAll('\n', ' ')}\n`)
}

/** Each note once, in the order in which they came. */
export function readNotes(runFolder: string): string[] {
  const file = join(runFolder, NOTES)
  if (!existsSync(file)) return []
  return [...new Set(readFileSync(file, 'utf8').trimEnd().split('\n'))]
}

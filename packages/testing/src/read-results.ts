import type { Readable } from 'node:stream'
import { Parser, type Result } from 'tap-parser'
import { describeFailure } from './describe-failure.ts'

export interface TestCounts {
  passed: number
  failed: number
  skipped: number
}

/** What one subtest, or the whole run, has shown so far. */
interface Outcome extends TestCounts {
  /** Whether it has subtests of its own; one that has none is a test. */
  hasSubtests: boolean
  failures: string[]
}

/**
 * Reads what tap writes, prints a line for each file as it ends, with what failed in it, and counts the tests: a
 * subtest that has no subtests is one, whatever it asserts. Where something failed beside them (a crash, a timeout, a
 * wrong plan, an assertion next to subtests), that is a failed one more.
 */
export async function readResults(tap: Readable, print: (line: string) => void): Promise<TestCounts> {
  const parser = new Parser()
  const run = watch(parser, (file, milliseconds, outcome) => {
    const seconds = `${(milliseconds / 1000).toFixed(1)} s`.padStart(8)
    print(`${outcome.failed > 0 ? 'FAIL' : ' ok '} ${seconds}  ${file}  ${describeCounts(outcome)}`)
    for (const failure of outcome.failures) print(failure)
  })
  const complete = new Promise((resolve) => parser.once('complete', resolve))
  tap.pipe(parser)
  await complete
  return { passed: run.passed, failed: run.failed, skipped: run.skipped }
}

export function describeCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

type Ended = (name: string, milliseconds: number, outcome: Outcome) => void

function watch(parser: Parser, ended: Ended = () => {}): Outcome {
  const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, hasSubtests: false, failures: [] }
  let inside: Outcome | undefined
  let startedAt = Date.now()
  let name = ''
  parser.on('child', (child: Parser) => {
    inside = watch(child)
    startedAt = Date.now()
    // The line that closes a file which took too long is called `timeout!`.
    name = child.name
  })
  parser.on('bailout', (reason: string) => {
    outcome.failed += 1
    outcome.failures.push(`     Bail out: ${reason}`)
  })
  parser.on('assert', (result: Result) => {
    const one = conclude(result, inside)
    ended(inside === undefined ? result.name : name, result.time ?? Date.now() - startedAt, one)
    // A line that closes a subtest, with or without content, tells that this is no leaf.
    if (inside !== undefined || result.skip) outcome.hasSubtests = true
    inside = undefined
    outcome.passed += one.passed
    outcome.failed += one.failed
    outcome.skipped += one.skipped
    outcome.failures.push(...one.failures)
  })
  return outcome
}

/** What an assertion amounts to: one of a test's own, or the closing line of a subtest, whose content is `inside`. */
function conclude(result: Result, inside: Outcome | undefined): Outcome {
  const failures = inside?.failures ?? []
  if (result.skip || result.todo) return { passed: 0, failed: 0, skipped: 1, hasSubtests: false, failures }
  if (!result.ok && failures.length === 0) failures.push(describeFailure(result))
  if (inside?.hasSubtests !== true)
    return { passed: result.ok ? 1 : 0, failed: result.ok ? 0 : 1, skipped: 0, hasSubtests: false, failures }
  return { ...inside, failed: result.ok ? inside.failed : Math.max(inside.failed, 1), failures }
}

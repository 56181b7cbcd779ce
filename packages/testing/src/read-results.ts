import type { Readable } from 'node:stream'
import { Parser, type Result } from 'tap-parser'
import { describeFailure } from './describe-failure.ts'
import { TimesByEngine } from './engine-times.ts'
import { whyItCannotRun } from './oracle/cannot-run.ts'

export interface TestCounts {
  passed: number
  failed: number
  skipped: number
  /** Failed, and had to: `oracle/cannot-run.ts`. */
  expected: number
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
export async function readResults(tap: Readable, print: (line: string) => void, times = new TimesByEngine()): Promise<TestCounts> {
  const parser = new Parser()
  const run = watch(parser, times, (file, milliseconds, outcome) => {
    const seconds = `${(milliseconds / 1000).toFixed(1)} s`.padStart(8)
    print(`${outcome.failed > 0 ? 'FAIL' : ' ok '} ${seconds}  ${file}  ${describeCounts(outcome)}`)
    for (const failure of outcome.failures) print(failure)
  })
  const complete = new Promise((resolve) => parser.once('complete', resolve))
  tap.pipe(parser)
  await complete
  return { passed: run.passed, failed: run.failed, skipped: run.skipped, expected: run.expected }
}

export function describeCounts({ passed, failed, skipped, expected }: TestCounts): string {
  const rest = [...(skipped > 0 ? [`${skipped} skipped`] : []), ...(expected > 0 ? [`${expected} impossible there`] : [])]
  return [`${passed} passed`, `${failed} failed`, ...rest].join(', ')
}

type Ended = (name: string, milliseconds: number, outcome: Outcome) => void

function watch(parser: Parser, times: TimesByEngine, ended: Ended = () => {}): Outcome {
  const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, expected: 0, hasSubtests: false, failures: [] }
  let inside: Outcome | undefined
  let startedAt = Date.now()
  let name = ''
  parser.on('child', (child: Parser) => {
    inside = watch(child, times)
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
    if (inside?.hasSubtests === false) times.add(name, result.time ?? 0)
    ended(inside === undefined ? result.name : name, result.time ?? Date.now() - startedAt, one)
    // A line that closes a subtest, with or without content, tells that this is no leaf.
    if (inside !== undefined || result.skip) outcome.hasSubtests = true
    inside = undefined
    outcome.passed += one.passed
    outcome.failed += one.failed
    outcome.skipped += one.skipped
    outcome.expected += one.expected
    outcome.failures.push(...one.failures)
  })
  return outcome
}

/** What an assertion amounts to: one of a test's own, or the closing line of a subtest, whose content is `inside`. */
function conclude(result: Result, inside: Outcome | undefined): Outcome {
  const failures = inside?.failures ?? []
  if (result.skip || result.todo) return { ...NOTHING, skipped: 1, failures }
  const reason = whyItCannotRun(result.fullname)
  if (reason !== undefined) return concludeListed(result, reason)
  if (!result.ok && failures.length === 0) failures.push(describeFailure(result))
  if (inside?.hasSubtests !== true) return { ...NOTHING, passed: result.ok ? 1 : 0, failed: result.ok ? 0 : 1, failures }
  // A file that holds only failures that had to be is no failure.
  if (inside.failed === 0 && inside.expected > 0) return { ...inside, failures: [] }
  return { ...inside, failed: result.ok ? inside.failed : Math.max(inside.failed, 1), failures }
}

const NOTHING = { passed: 0, failed: 0, skipped: 0, expected: 0, hasSubtests: false }

function concludeListed(result: Result, reason: string): Outcome {
  if (!result.ok) return { ...NOTHING, expected: 1, failures: [] }
  const failure = `     ${result.fullname} passes after all; take it off the list in cannot-run.ts (${reason})`
  return { ...NOTHING, failed: 1, failures: [failure] }
}

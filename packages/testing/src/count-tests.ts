import { Parser } from 'tap-parser'

export interface TestCounts {
  passed: number
  failed: number
  skipped: number
}

type TapEvents = ReturnType<typeof Parser.parse>
interface Assertion {
  ok: boolean
  skip?: boolean | string
  todo?: boolean | string
}

/**
 * Counts the tests in what tap wrote: a subtest that has no subtests is one test, whatever it asserts. A parent that
 * failed although none of its own did (a crash, a timeout, a wrong plan, a failed assertion beside them) is a failed one more.
 */
export function countTests(tap: string): TestCounts {
  return countEvents(Parser.parse(tap))
}

function countEvents(events: TapEvents): TestCounts {
  const total = { passed: 0, failed: 0, skipped: 0 }
  const add = (counts: TestCounts) => {
    total.passed += counts.passed
    total.failed += counts.failed
    total.skipped += counts.skipped
  }
  let inside: TapEvents | undefined
  for (const [name, value] of events as [string, unknown][]) {
    if (name === 'child') inside = value as TapEvents
    else if (name === 'bailout') total.failed += 1
    else if (name === 'assert') {
      add(countAssertion(value as Assertion, inside))
      inside = undefined
    }
  }
  return total
}

/** `inside` are the events of the subtest that the assertion sums up, if it does. */
function countAssertion({ ok, skip, todo }: Assertion, inside: TapEvents | undefined): TestCounts {
  if (skip || todo) return { passed: 0, failed: 0, skipped: 1 }
  const children = inside?.some(([name]) => (name as string) === 'child') ? countEvents(inside) : undefined
  if (children === undefined) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
  return ok || children.failed > 0 ? children : { ...children, failed: 1 }
}

import { globSync } from 'node:fs'

/** As `include` in `.taprc`. */
const PATTERNS = ['packages/*/test/**/*.test.ts', 'services/*/test/**/*.test.ts']
/** A minute and longer each. */
const LONG = /\/(replay|e2e)\/|\/fuzz\.test\.ts$/

/** All files of tests below `root`, those that take long first: begun last, they would run on while the other cores are idle. */
export function listTestFiles(root: string): string[] {
  const files = globSync(PATTERNS, { cwd: root }).sort()
  return [...files.filter((file) => LONG.test(file)), ...files.filter((file) => !LONG.test(file))]
}

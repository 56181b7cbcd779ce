import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Report } from 'c8'

/** What must be covered: the product, not the tests and their fixtures. */
const INCLUDE = ['packages/backbone/src/**/*.ts', 'services/*/src/**/*.ts']
const LEAST_LINES_PERCENT = 80

/**
 * Prints how many lines ran in any of the processes that wrote V8's coverage into `folder`: the tests and the services
 * that they started (but a killed process writes nothing). Node erases types in place, so that V8's positions are
 * those of the files. Answers whether it is enough. Details are in the folder `coverage/`.
 */
export async function reportCoverage(folder: string, root: string): Promise<boolean> {
  process.chdir(root)
  const report = new Report({
    tempDirectory: folder,
    reportsDirectory: join(root, 'coverage'),
    reporter: ['text', 'lcovonly', 'json-summary'],
    include: INCLUDE,
    exclude: ['**/*.d.ts', '**/test/**', '**/node_modules/**'],
    extension: ['.ts'],
    // Files that no test loads count too.
    all: true,
    src: [root],
  })
  await report.run()
  const summary = JSON.parse(readFileSync(join(root, 'coverage', 'coverage-summary.json'), 'utf8'))
  const percent = Number(summary.total.lines.pct)
  const enough = percent >= LEAST_LINES_PERCENT
  console.log(`\nLines covered: ${percent} % (${enough ? 'enough' : 'too few'}: the limit is ${LEAST_LINES_PERCENT} %)`)
  return enough
}

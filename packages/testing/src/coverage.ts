import { Report } from 'c8'

/** What must be covered: the product, not the tests and their fixtures. */
const INCLUDE = ['packages/backbone/src/**/*.ts', 'services/*/src/**/*.ts']
const LEAST_LINES_PERCENT = 80

/**
 * Prints how many lines ran in any of the processes that wrote V8's coverage into `folder`: the tests and the services
 * that they started (not those that were killed). Types are erased by Node in place, so that V8's positions are those
 * of the files. Answers whether it is enough.
 */
export async function reportCoverage(folder: string, root: string): Promise<boolean> {
  process.chdir(root)
  const report = Report({
    tempDirectory: folder,
    reportsDirectory: 'coverage',
    reporter: ['text', 'lcovonly'],
    include: INCLUDE,
    exclude: ['**/test/**', '**/node_modules/**'],
    extension: ['.ts'],
    // Files that no test loads count too.
    all: true,
    src: [root],
    skipFull: true,
  })
  await report.run()
  const map = await report.getCoverageMapFromAllCoverageFiles()
  const { pct } = map.getCoverageSummary().lines
  const enough = pct >= LEAST_LINES_PERCENT
  console.log(`\nLines covered: ${pct} %${enough ? '' : `, at least ${LEAST_LINES_PERCENT} % are wanted`}`)
  return enough
}

/**
 * `npm test [-- <files or options of tap>]`: starts what the suites share, runs them with tap, stops everything, and
 * sums up. With `--coverage` also reports how much of the product's code ran, and fails below the limit.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { reportCoverage } from './coverage.ts'
import { TimesByEngine } from './engine-times.ts'
import { memoryFolder } from './memory-folder.ts'
import { readNotes } from './notes.ts'
import { listProblems } from './oracle/cannot-run.ts'
import { checkRecorded } from './oracle/statements/check-recorded.ts'
import { describeCounts, readResults, type TestCounts } from './read-results.ts'
import { sweepDeadRuns } from './sweep.ts'
import { makeTempFolder, noteProcess, removeTempFolder } from './temp-folder.ts'
import { startBackends, type TestBackends } from './test-backends.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const TAP = join(ROOT, 'node_modules/tap/dist/esm/run.mjs')

const wantsCoverage = process.argv.includes('--coverage')
const updatesSnapshots = process.argv.includes('--update-oracle-snapshots')
const tapArgs = process.argv.slice(2).filter((arg) => arg !== '--coverage' && arg !== '--update-oracle-snapshots')

const stopped = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopped.abort(new Error(`Stopped by ${signal}.`)))

// Of everything that runs here, unless somebody has chosen a place.
const inMemory = memoryFolder()
if (inMemory !== undefined) process.env.TMPDIR ??= inMemory

sweepDeadRuns()
const folder = makeTempFolder('run')
const coverageFolder = join(folder, 'coverage')
const times = new TimesByEngine()
let backends: TestBackends | undefined
try {
  backends = await startBackends(folder)
  stopped.signal.throwIfAborted()
  const { exitCode, counts } = await runTap(backends)
  const covered = !wantsCoverage || (await reportCoverage(coverageFolder, ROOT))
  process.exitCode = summarize(exitCode, counts, covered)
} catch (error) {
  for (const one of error instanceof AggregateError ? error.errors : [error]) console.error(one instanceof Error ? one.message : one)
  console.log('\n0 passed, 1 failed')
  process.exitCode = 1
} finally {
  await backends?.stop()
  removeTempFolder(folder)
  // A test file that was killed leaves its servers behind.
  sweepDeadRuns()
}

/** tap in a process group of its own, so that it can be ended together with everything the tests have started. */
async function runTap({ environment }: TestBackends): Promise<{ exitCode: number; counts: TestCounts }> {
  const env = {
    ...process.env,
    ...environment,
    // Far from UTC and not by whole hours: a time that is read or written in the machine's zone shows.
    TZ: 'Asia/Kolkata',
    // Hundreds of processes run the same sources: compiled once, each starts in half of its time. Coverage needs them anew.
    ...(wantsCoverage ? { NODE_V8_COVERAGE: coverageFolder } : { NODE_COMPILE_CACHE: join(folder, 'compiled') }),
  }
  // Files mostly wait for processes and servers: one more at a time than there are cores. tap itself would leave one core idle.
  const args = [TAP, 'run', '--reporter=tap', `--jobs=${availableParallelism() + 1}`, ...tapArgs]
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  await once(child, 'spawn')
  noteProcess(folder, child.pid as number)
  stopped.signal.addEventListener('abort', () => {
    signalGroup(child, 'SIGTERM')
    setTimeout(() => signalGroup(child, 'SIGKILL'), 5_000).unref()
  })
  const counts = readResults(child.stdout, console.log, times)
  const [code] = await once(child, 'exit')
  // What the tests have started and not ended; it may also hold tap's output open.
  signalGroup(child, 'SIGKILL')
  return { exitCode: typeof code === 'number' ? code : 1, counts: await counts }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid as number), signal)
  } catch {
    // Nobody is left.
  }
}

/** Prints what is worth knowing; the line that other programs read comes last. Answers the exit code. */
function summarize(exitCode: number, counts: TestCounts, covered: boolean): number {
  const problems: string[] = []
  if (stopped.signal.aborted) problems.push(stopped.signal.reason.message)
  else if (counts.passed + counts.failed === 0) problems.push('No test ran.')
  else if (exitCode !== 0 && counts.failed + counts.expected === 0)
    problems.push(`tap ended with exit code ${exitCode}, although no test failed.`)
  if (!covered) problems.push('Too few lines are covered.')
  // What a failed test has not sent is not missing.
  const recorded = checkRecorded(folder, { whole: tapArgs.length === 0 && counts.failed === 0, update: updatesSnapshots })
  problems.push(...recorded.problems, ...listProblems())
  console.log('')
  if (times.describe() !== '') console.log(`Tests by database: ${times.describe()}.`)
  for (const line of [...readNotes(folder), ...(backends?.notes ?? []), recorded.note, ...problems]) console.log(line)
  if (counts.expected > 0) console.log(`${counts.expected} tests cannot run on their engine and failed there, as listed in cannot-run.ts.`)
  const failed = counts.failed + problems.length
  // Nothing but the counts: other programs read this line.
  console.log(describeCounts({ ...counts, failed, expected: 0 }))
  return failed > 0 ? 1 : 0
}

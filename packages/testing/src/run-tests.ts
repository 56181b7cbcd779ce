/**
 * `npm test [-- <files or options of tap>]`: starts what the suites share, runs them with tap, stops everything, and
 * sums up. With `--coverage` also reports how much of the product's code ran, and fails below the limit.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { countTests } from './count-tests.ts'
import { reportCoverage } from './coverage.ts'
import { readNotes } from './notes.ts'
import { sweepDeadRuns } from './sweep.ts'
import { makeTempFolder, noteProcess, removeTempFolder } from './temp-folder.ts'
import { startBackends, type TestBackends } from './test-backends.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const wantsCoverage = process.argv.includes('--coverage')
const tapArgs = process.argv.slice(2).filter((arg) => arg !== '--coverage')

const stopped = new AbortController()
for (const signal of SIGNALS) process.once(signal, () => stopped.abort(signal))

sweepDeadRuns()
const folder = makeTempFolder('run')
const results = join(folder, 'results.tap')
const coverage = join(folder, 'coverage')

let backends: TestBackends | undefined
try {
  const startedAt = Date.now()
  backends = await startBackends(folder)
  console.log(`PostgreSQL and RabbitMQ are up (${((Date.now() - startedAt) / 1000).toFixed(1)} s).`)
  const exitCode = stopped.signal.aborted ? 1 : await runTap(backends)
  const covered = wantsCoverage && !stopped.signal.aborted ? await reportCoverage(coverage, ROOT) : true
  process.exitCode = summarize(exitCode, covered)
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

/** tap in a process group of its own, so that it can be ended together with everything the tests started. */
async function runTap({ environment }: TestBackends): Promise<number> {
  const env = {
    ...process.env,
    ...environment,
    // Far from UTC and not by whole hours: a time read or written in the machine's zone shows.
    TZ: 'Asia/Kathmandu',
    ...(wantsCoverage ? { NODE_V8_COVERAGE: coverage } : {}),
  }
  const tap = join(ROOT, 'node_modules/tap/dist/esm/run.mjs')
  const args = [tap, 'run', `--output-file=${results}`, ...tapArgs]
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true })
  await once(child, 'spawn')
  noteProcess(folder, child.pid as number)
  const exit = once(child, 'exit')
  stopped.signal.addEventListener('abort', () => endGroup(child))
  const [code] = await exit
  return typeof code === 'number' ? code : 1
}

function endGroup(child: ChildProcess): void {
  const group = -(child.pid as number)
  process.kill(group, 'SIGTERM')
  setTimeout(() => {
    if (child.exitCode === null && child.signalCode === null) process.kill(group, 'SIGKILL')
  }, 5_000).unref()
}

/** Prints what is worth knowing; the line that other programs read comes last. Answers the exit code. */
function summarize(exitCode: number, covered: boolean): number {
  const counts = countTests(existsSync(results) ? readFileSync(results, 'utf8') : '')
  const { passed, skipped } = counts
  let { failed } = counts
  console.log('')
  for (const note of readNotes(folder)) console.log(note)
  if (stopped.signal.aborted) console.log(`Stopped by ${stopped.signal.reason}.`)
  if (exitCode !== 0 && failed === 0) {
    console.log(passed === 0 ? 'No test ran.' : `tap ended with exit code ${exitCode} although no test failed.`)
    failed = 1
  }
  if (!covered) failed += 1
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed > 0 || passed === 0 ? 1 : 0
}

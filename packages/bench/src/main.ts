/**
 * `npm run bench -- [name…] [--json FILE] [--markdown] [--minutes N] [--rounds N]`: measures each figure beside its limit
 * or peer, and prints how they compare. Exit code 1 when something could not be measured; a missed goal is a finding.
 */
import { sweepDeadRuns } from '@lifeline/testing/sweep'
import { ArgumentError, type Arguments, readArguments } from './arguments.ts'
import { openBench } from './bench.ts'
import type { Result } from './figure.ts'
import { FIGURES } from './figures.ts'
import { measureFlush } from './measure-flush.ts'
import { describeMachine, writeReport } from './report.ts'
import { runFigure } from './run-figure.ts'
import { openScope } from './scope.ts'
import { markdownTable, textTable } from './table.ts'

const stopped = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stopped.abort(new Error(`Stopped by ${name}.`)))
const aborted = new Promise<never>((_, reject) => {
  stopped.signal.addEventListener('abort', () => reject(stopped.signal.reason))
})

const scope = openScope()
try {
  const wanted = readArguments(
    process.argv.slice(2),
    FIGURES.map(({ name }) => name),
  )
  sweepDeadRuns()
  await Promise.race([run(wanted), aborted])
} catch (error) {
  console.error(error instanceof ArgumentError || stopped.signal.aborted ? (error as Error).message : error)
  process.exitCode = 1
} finally {
  await scope.close()
}

async function run({ names, json, markdown, minutes, rounds }: Arguments): Promise<void> {
  const startedAt = Date.now()
  const say = (text: string) => console.error(`${((Date.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${text}`)
  const machine = describeMachine()
  if (machine.loadBefore > machine.cores / 4)
    say(`this machine is busy with something else (load ${machine.loadBefore}): its figures say little`)
  say('starting PostgreSQL and RabbitMQ')
  const servers = await openBench(scope, { signal: stopped.signal, say, minutes })
  const surroundings = {
    ...machine,
    postgres: await servers.databases.version(),
    flushMicroseconds: measureFlush(servers.folder),
  }
  const results: Result[] = []
  for (const figure of FIGURES.filter(({ name }) => names.includes(name))) {
    const own = openScope()
    scope.after(own.close)
    say(`${figure.name}: preparing`)
    results.push(...(await runFigure(figure, { ...servers, scope: own }, rounds)))
    await own.close()
    // Also of a run that is stopped later.
    if (json !== undefined) writeReport(json, surroundings, results)
  }
  console.log(`\n${textTable(results)}`)
  if (markdown) console.log(`\n${markdownTable(results)}`)
  say('done')
  if (results.some(({ failed }) => failed)) process.exitCode = 1
}

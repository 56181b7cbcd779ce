import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { makeLog } from '@lifeline/backbone/process/log'
import { readConfig } from '@lifeline/backbone/process/read-config'
import { runProcess } from '@lifeline/backbone/process/run-process'
import { SingleBar } from 'cli-progress'
import { ReplayConfig } from './config.ts'
import { replayInOwnSystem } from './own-system.ts'
import { readTrace } from './read-trace.ts'
import { report } from './report.ts'

const SAMPLE = fileURLToPath(new URL('../../samples/onboarding.jsonl', import.meta.url))

// npm run replay [-- FILE]: always in a system of its own, never on the tasks in LIFELINE_DATA.
await runProcess('replay', async ({ env, atEnd, signal, end }) => {
  const { LOG_LEVEL } = readConfig(ReplayConfig, env)
  const file = process.argv[2] ?? SAMPLE
  const lines = await readTrace(file)
  const folder = await mkdtemp(`${tmpdir()}/lifeline-replay-`)
  atEnd(() => rm(folder, { recursive: true, force: true }))
  const bar = new SingleBar({ format: '{bar} {percentage}% | {value}/{total} lines | {duration_formatted}', stopOnComplete: true })
  const started = performance.now()
  bar.start(lines.length, 0)
  atEnd(() => bar.stop())
  const log = makeLog('replay', LOG_LEVEL)
  const tally = await replayInOwnSystem({ lines, folder, log, signal, onLine: () => bar.increment() })
  bar.stop()
  process.stdout.write(report(file, lines, tally, performance.now() - started))
  end('done')
})

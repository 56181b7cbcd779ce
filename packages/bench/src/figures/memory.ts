import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import type { Comparison, Figure, Side, Values } from '../figure.ts'
import { oursAtMost, ratioAtMost } from '../goal.ts'
import { startInstallation } from '../installation.ts'
import { type Memory, readMemory } from '../process-memory.ts'
import { median } from '../quantile.ts'
import { startService } from '../services.ts'

const PROCESSES = ['api', 'coordinator', 'notifier', 'clock'] as const
const IDLE_MS = 10_000
const RATE = 100
/** Memory is read after each stretch of the load. */
const STRETCHES = 40
const NOT_LINUX = 'memory is read from /proc, which only Linux has'

/** How long each process takes to start, what it holds in memory, idle and under load, and whether that grows. */
export const memory: Figure = {
  name: 'memory',
  rounds: 1,
  async prepare(bench) {
    const unavailable = existsSync('/proc/self/smaps_rollup') ? {} : { unavailable: NOT_LINUX }
    const sides: Side[] = [
      { name: 'processes', measure: () => measureProcesses(bench), ...unavailable },
      { name: 'standalone', measure: () => measureStandalone(bench), ...unavailable },
    ]
    return { sides, comparisons: [...PROCESSES.flatMap((name) => comparisonsOf(name, bench.minutes)), ...standaloneComparisons()] }
  },
}

async function measureProcesses(bench: Bench): Promise<Values> {
  const { services, mails } = await startInstallation(bench)
  await sleep(IDLE_MS, undefined, { signal: bench.signal })
  const read = () =>
    Object.fromEntries(PROCESSES.map((name) => [name, readMemory(services[name].pid)])) as Record<(typeof PROCESSES)[number], Memory>
  const idle = read()
  const loaded: ReturnType<typeof read>[] = []
  const stretch = { connections: 16, rate: RATE, status: 201, warmUpMs: 0, windowMs: (bench.minutes * 60_000) / STRETCHES }
  let created = 0
  for (let i = 0; i < STRETCHES; i++) {
    bench.signal.throwIfAborted()
    const requests = { kind: 'create', series: `stretch${i}` } as const
    created += (await bench.load.drive({ url: services.api.url, requests, ...stretch })).answered
    loaded.push(read())
    if (i % 10 === 9) bench.say(`memory: ${i + 1} of ${STRETCHES} stretches, api ${Math.round(loaded[i]?.api.rss ?? 0)} MiB`)
  }
  await sleep(5_000, undefined, { signal: bench.signal })
  if (mails.arrivedAt.size !== created) throw new Error(`${created} tasks were created, and ${mails.arrivedAt.size} mails came.`)
  return Object.fromEntries(
    PROCESSES.flatMap((name) => {
      const rss = loaded.map((one) => one[name].rss)
      return Object.entries({
        'start ms': services[name].startMs,
        'idle MiB': idle[name].rss,
        'idle share MiB': idle[name].pss,
        'most MiB': Math.max(...rss),
        // The first fifth is a process that is still growing into its work.
        'early MiB': median(rss.slice(STRETCHES / 5, (2 * STRETCHES) / 5)),
        'late MiB': median(rss.slice(-STRETCHES / 5)),
      }).map(([what, value]) => [`${name} ${what}`, value])
    }),
  )
}

async function measureStandalone(bench: Bench): Promise<Values> {
  const data = join(bench.folder, 'standalone')
  const standalone = await startService(bench, 'services/standalone/src/main.ts', { LIFELINE_DATA: data })
  await sleep(IDLE_MS, undefined, { signal: bench.signal })
  const { rss, pss } = readMemory(standalone.pid)
  await standalone.stop()
  return { 'start ms': standalone.startMs, 'idle MiB': rss, 'idle share MiB': pss }
}

function comparisonsOf(name: string, minutes: number): Comparison[] {
  const value = (what: string) => `processes: ${name} ${what}`
  return [
    { name: `${name}, start`, unit: 'ms', ours: value('start ms') },
    { name: `${name}, idle`, unit: 'MiB', ours: value('idle MiB'), goal: oursAtMost(120) },
    { name: `${name}, idle, shared pages counted once`, unit: 'MiB', ours: value('idle share MiB') },
    { name: `${name}, most at ${RATE} tasks a second`, unit: 'MiB', ours: value('most MiB') },
    {
      name: `${name}, end of ${minutes} minutes of load beside their beginning`,
      unit: 'MiB',
      ours: value('late MiB'),
      peer: value('early MiB'),
      goal: ratioAtMost(1.1),
    },
  ]
}

function standaloneComparisons(): Comparison[] {
  return [
    { name: 'standalone on PGlite, first start', unit: 'ms', ours: 'standalone: start ms' },
    { name: 'standalone on PGlite, idle', unit: 'MiB', ours: 'standalone: idle MiB' },
  ]
}

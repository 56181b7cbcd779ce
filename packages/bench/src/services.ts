import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startServerProcess } from '@lifeline/testing/server-process'
import type { Bench } from './bench.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export const API_KEY = 'llk_bench_0123456789abcdef0123456789abcdef'

const SECRET = 'a secret of the bench, for nothing that lasts'

export interface Service {
  pid: number
  /** Of the API, or of a worker's metrics and health. */
  url: string
  /** From the start of the process to its being ready. */
  startMs: number
  stop(): Promise<void>
}

let count = 0

/**
 * A service as a process of its own, as it is shipped: it logs at `info`, into a file of the bench's folder, where it
 * also runs, so that no `.env` of a developer is read. `script` is relative to the root of the repository.
 */
export async function startService(bench: Bench, script: string, env: Record<string, string>): Promise<Service> {
  const name = `${basename(dirname(dirname(script)))}-${++count}`
  const logFile = join(bench.folder, `${name}.log`)
  const own = { HOST: '127.0.0.1', PORT: '0', OPS_PORT: '0', LIFELINE_API_KEY: API_KEY, LIFELINE_SECRET: SECRET, LOG_LEVEL: 'info' }
  const startedAt = Date.now()
  const process_ = await startServerProcess({
    name,
    command: process.execPath,
    args: [join(ROOT, script)],
    env: { PATH: process.env.PATH, ...own, ...env },
    folder: bench.folder,
    logFile,
    asOurselves: true,
    isReady() {
      // Its backends are being stopped: it would wait for them.
      bench.signal.throwIfAborted()
      return readyLine(logFile) !== undefined
    },
  })
  let stopping = false
  const stop = () => {
    stopping = true
    return process_.end('SIGTERM')
  }
  bench.scope.after(stop)
  // Whatever is being measured fails now, and this says why.
  process_.ended.then((cause) => {
    if (!stopping) bench.say(`${script} ended by itself (${cause}). Its last lines:\n${lastLines(logFile)}`)
  })
  const line = readyLine(logFile)
  const url = line?.url ?? `http://127.0.0.1:${line?.opsPort}`
  return { pid: process_.pid, url, startMs: Date.parse(line?.time ?? '') - startedAt, stop }
}

/** Without the lines of requests. */
function lastLines(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n')
  return lines
    .filter((line) => !line.includes('"msg":"request"'))
    .slice(-10)
    .join('\n')
}

interface ReadyLine {
  time: string
  url?: string
  opsPort?: number
}

function readyLine(logFile: string): ReadyLine | undefined {
  const line = readFileSync(logFile, 'utf8')
    .split('\n')
    .find((text) => text.includes('"msg":"ready"'))
  return line === undefined ? undefined : JSON.parse(line)
}

export const startApi = (bench: Bench, env: { DATABASE_URL: string; BROKER_URL: string; [name: string]: string }) =>
  startService(bench, 'services/api/src/main.ts', env)

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { endProcess, hasEnded } from './end-process.ts'
import { eventually } from './eventually.ts'
import type { TestScope } from './test-scope.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** A line of one of our processes' logs; what is no JSON comes as `{ msg }` alone. */
export interface LogLine {
  msg: string
  level?: number | string
  [field: string]: unknown
}

export interface StartedProcess {
  pid: number
  log: LogLine[]
  /** Everything it printed, for messages of failed assertions. */
  output(): string
  /** Resolves with the line whose `msg` starts with `ready`; rejects, with the output, if the process ends before. */
  ready(timeoutMs?: number): Promise<LogLine>
  /** SIGTERM; resolves with the exit code, or null if it had to be killed. */
  stop(): Promise<number | null>
  kill9(): Promise<void>
}

/**
 * Starts one of our services as an operating-system process, with the Node that runs the test. `script` is relative
 * to the root of the repository. It gets `env` and nothing of ours but what every program needs.
 */
export function startProcess(t: TestScope, script: string, env: Record<string, string>, args: string[] = []): StartedProcess {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: LogLine[] = []
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      output.push(line)
      log.push(parseLine(line))
    })
  }
  const started: StartedProcess = {
    pid: child.pid as number,
    log,
    output: () => output.join('\n'),
    async ready(timeoutMs = 30_000) {
      const isReady = () => {
        const line = log.find(({ msg }) => msg.startsWith('ready'))
        return line ?? (hasEnded(child) ? 'ended' : undefined)
      }
      const line = await eventually(isReady, { timeoutMs }).catch(() => 'ended' as const)
      if (line === 'ended') throw new Error(`${script} is not ready (exit code ${child.exitCode}). It printed:\n${started.output()}`)
      return line
    },
    async stop() {
      await endProcess(child, 'SIGTERM')
      return child.exitCode
    },
    kill9: () => endProcess(child, 'SIGKILL'),
  }
  t.after(() => started.kill9())
  return started
}

/** The zone and V8's coverage folder come from the runner; tap's own NODE_OPTIONS would slow every process down. */
function inherited(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'NODE_V8_COVERAGE', 'NODE_COMPILE_CACHE', 'SystemRoot']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
}

function parseLine(line: string): LogLine {
  try {
    const parsed: unknown = JSON.parse(line)
    if (typeof parsed === 'object' && parsed !== null && 'msg' in parsed) return { ...parsed, msg: String(parsed.msg) }
  } catch {
    // Not one of our log lines.
  }
  return { msg: line }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { endProcess, hasEnded } from './end-process.ts'
import { noteProcess } from './temp-folder.ts'
import { giveAway, UNPRIVILEGED } from './unprivileged-user.ts'

export interface ServerSpec {
  name: string
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  /** The temp folder: working directory, and where the process is noted for `sweep.ts`. */
  folder: string
  /** Everything it prints goes here. */
  logFile: string
  /** Resolves true once it takes work. When it throws, the server is killed and so does the start. */
  isReady: (pid: number) => boolean | Promise<boolean>
  /** For our own services: their files may lie where an unprivileged user cannot read them. */
  asOurselves?: boolean
}

export interface ServerProcess {
  pid: number
  /** Resolves when it is gone, by whatever cause: `SIGKILL`, or the exit code. */
  ended: Promise<string>
  signal(name: NodeJS.Signals): void
  /** Sends the signal and resolves when the process is gone. */
  end(name: NodeJS.Signals): Promise<void>
}

const START_MS = 90_000

/**
 * Starts a server, as an unprivileged user unless told otherwise, in a process group of its own, so that Ctrl-C is ours to
 * handle, and resolves when it is ready. If it ends before that, the error holds the end of its log.
 */
export async function startServerProcess(spec: ServerSpec): Promise<ServerProcess> {
  const log = openSync(spec.logFile, 'a')
  giveAway(spec.logFile)
  const { command, args, env, folder } = spec
  const user = spec.asOurselves === true ? {} : UNPRIVILEGED
  const child = spawn(command, args, { env, cwd: folder, stdio: ['ignore', log, log], detached: true, ...user })
  closeSync(log)
  await once(child, 'spawn')
  const pid = child.pid as number
  const forget = noteProcess(folder, pid)
  child.once('exit', forget)
  // Must not keep a runner alive that has forgotten it.
  child.unref()
  const server = {
    pid,
    ended: new Promise<string>((resolve) => void child.once('exit', (code, signal) => resolve(signal ?? String(code)))),
    signal: (name: NodeJS.Signals) => void child.kill(name),
    end: (name: NodeJS.Signals) => endProcess(child, name),
  }
  try {
    for (const giveUpAt = Date.now() + START_MS; !(await spec.isReady(pid)); await sleep(25)) {
      const late = Date.now() > giveUpAt
      if (!late && !hasEnded(child)) continue
      throw new Error(
        `${spec.name} ${late ? 'was not ready in time' : 'did not start'}:\n${readFileSync(spec.logFile, 'utf8').slice(-3_000)}`,
      )
    }
  } catch (error) {
    await endProcess(child, 'SIGKILL')
    throw error
  }
  return server
}

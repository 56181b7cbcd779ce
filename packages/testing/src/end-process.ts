import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A process that has not obeyed its signal by then is killed. */
const PATIENCE_MS = 20_000

export const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

/** Sends the signal and resolves when the process is gone. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.ref()
  child.kill(signal)
  const tooLong = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  await ended
  clearTimeout(tooLong)
}

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Processes, zombies left out, that work in `folder` or name it on their command line. Linux only: else undefined. */
export function processesIn(folder: string): number[] | undefined {
  if (process.platform !== 'linux') return undefined
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return pids.filter((pid) => pid !== process.pid && belongsTo(folder, pid))
}

function belongsTo(folder: string, pid: number): boolean {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`)
    return cwd.startsWith(folder) || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
  } catch {
    return false
  }
}

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Names a process so that a later one with the same number is not taken for it: number and start time.
 * Undefined when there is no such process (a zombie counts as gone).
 */
export function identify(pid: number): string | undefined {
  const startedAt = process.platform === 'linux' ? startedOnLinux(pid) : startedElsewhere(pid)
  return startedAt === undefined ? undefined : `${pid} ${startedAt}`
}

export function isAlive(identity: string): boolean {
  return identify(Number.parseInt(identity, 10)) === identity
}

function startedOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in the second field may hold blanks and brackets; behind it: state, then 18 fields, then the start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function startedElsewhere(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

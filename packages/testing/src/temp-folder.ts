import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identify } from './process-identity.ts'
import { giveAway } from './unprivileged-user.ts'

/** Everything that tests put on disk is below this folder of TMPDIR, so that the next run can find what a killed one left. */
export const tempRoot = () => join(tmpdir(), `lifeline-tests-${process.getuid?.() ?? 'user'}`)

/** Where a temp folder keeps who made it, and which processes were started for it (`sweep.ts`). */
export const OWNER_FILE = 'owner'
export const PROCESSES_FOLDER = 'processes'

/** A folder of this process's own, readable by the user the servers run as. */
export function makeTempFolder(name: string): string {
  const root = tempRoot()
  mkdirSync(root, { recursive: true, mode: 0o755 })
  const folder = join(root, `${name}-${randomBytes(4).toString('hex')}`)
  mkdirSync(folder, { mode: 0o755 })
  writeFileSync(join(folder, OWNER_FILE), identify(process.pid) ?? '')
  mkdirSync(join(folder, PROCESSES_FOLDER))
  giveAway(folder)
  return folder
}

/** Notes a process that must not outlive the folder's owner. Answers how to forget it. */
export function noteProcess(folder: string, pid: number): () => void {
  const file = join(folder, PROCESSES_FOLDER, String(pid))
  writeFileSync(file, identify(pid) ?? '')
  return () => rmSync(file, { force: true })
}

export function removeTempFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './process-identity.ts'
import { OWNER_FILE, PROCESSES_FOLDER, removeTempFolder, tempRoot } from './temp-folder.ts'

/** A folder whose owner file is not there yet is being made, unless it has been so for this long. */
const BEING_MADE_MS = 60_000

/**
 * Ends what runs that were killed have left behind: their servers, their test processes, their folders. Answers how
 * many folders it removed. Ending a test process makes an orphan of the servers that it had started, so it goes on
 * until it finds nothing.
 */
export function sweepDeadRuns(): number {
  const dead = listFolders().filter((folder) => !hasOwner(folder))
  for (const folder of dead) {
    for (const identity of processesOf(folder)) kill(identity)
    removeTempFolder(folder)
  }
  return dead.length === 0 ? 0 : dead.length + sweepDeadRuns()
}

function listFolders(): string[] {
  try {
    return readdirSync(tempRoot()).map((name) => join(tempRoot(), name))
  } catch {
    return []
  }
}

function hasOwner(folder: string): boolean {
  try {
    return isAlive(readFileSync(join(folder, OWNER_FILE), 'utf8'))
  } catch {
    // No owner file; and a folder that another sweep has just removed needs nothing more from us.
    const madeAt = statSync(folder, { throwIfNoEntry: false })?.mtimeMs
    return madeAt === undefined || Date.now() - madeAt < BEING_MADE_MS
  }
}

function processesOf(folder: string): string[] {
  try {
    const notes = join(folder, PROCESSES_FOLDER)
    return readdirSync(notes).map((name) => readFileSync(join(notes, name), 'utf8'))
  } catch {
    return []
  }
}

/** All of them lead a group of their own, which holds what they started in turn. */
function kill(identity: string): void {
  if (!isAlive(identity)) return
  try {
    process.kill(-Number.parseInt(identity, 10), 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

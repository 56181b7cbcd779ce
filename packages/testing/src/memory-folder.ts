import { statfsSync } from 'node:fs'
import { availableMemory } from 'node:process'

const FOLDER = '/dev/shm'
/** What statfs says of a tmpfs (Linux, `magic.h`). */
const TMPFS = 0x01021994
/** A run was seen to use 0.4 GiB, and the servers of its tests need memory too. */
const ENOUGH = 4 * 1024 ** 3

/**
 * A folder that is kept in memory, if this machine has one with room to spare. For tests only: what is in it survives
 * every process, but no power failure. They copy and remove hundreds of databases of a thousand files each, and ext4 looks
 * for the inode of each new file among all that were just freed, which was half of the processor time of a run.
 */
export function memoryFolder(): string | undefined {
  try {
    const { type, bavail, bsize } = statfsSync(FOLDER)
    return type === TMPFS && Math.min(bavail * bsize, availableMemory()) >= ENOUGH ? FOLDER : undefined
  } catch {
    return undefined
  }
}

import { recordKeyUse } from '@lifeline/backbone/db/keys/find-keys'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Log } from '@lifeline/backbone/process/log'

const WRITE_MS = 60_000

export interface KeyUses {
  note(id: string): void
  /** Writes what has been noted. Never rejects: whoever reads `lastUsedAt` may wait another minute. */
  write(): Promise<void>
  /** Writes the last of it. */
  close(): Promise<void>
}

/** When stored keys were last used, in machine time: kept here, and written once a minute for all of them together. */
export function makeKeyUses(db: Db, log: Pick<Log, 'warn'>): KeyUses {
  let uses = new Map<string, Date>()
  async function write() {
    const noted = uses
    uses = new Map()
    try {
      await recordKeyUse(db, noted)
    } catch (err) {
      log.warn({ err }, 'when keys were last used could not be written')
      uses = new Map([...noted, ...uses])
    }
  }
  const timer = setInterval(write, WRITE_MS)
  timer.unref()
  return {
    note: (id) => void uses.set(id, new Date()),
    write,
    async close() {
      clearInterval(timer)
      await write()
    },
  }
}

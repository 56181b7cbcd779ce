import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError } from '../errors.ts'

const REFRESH_MS = 2_000
/** A holder on another machine that has not refreshed for this long is gone. */
const STALE_MS = 10_000
/** On this machine a live process id means held, unless it is so long silent that the id must be somebody else's. */
const REUSED_MS = 60_000

const held = new Set<string>()

/**
 * Takes `file` for this process and answers how to give it back. Waits up to `waitMs` for the one that has it, then
 * throws `database_in_use` with its process id and host. `lost` is called if somebody took it although we live (we
 * were stopped for a minute): the caller must end at once.
 */
export async function lockFile(
  path: string,
  { waitMs = 10_000, lost }: { waitMs?: number; lost: () => void },
): Promise<() => Promise<void>> {
  const file = resolve(path)
  if (held.has(file)) throw new DomainError('database_in_use', `This process has already opened ${file}.`)
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() })
  // Before the first wait: two of this process at once would each take the other's file for a dead one's.
  held.add(file)
  try {
    await take(file, mine, waitMs)
  } catch (error) {
    held.delete(file)
    throw error
  }
  const refresh = setInterval(async () => {
    if ((await readHolder(file))?.text !== mine) return lost()
    await utimes(file, new Date(), new Date()).catch(() => {})
  }, REFRESH_MS)
  refresh.unref()
  return async () => {
    clearInterval(refresh)
    held.delete(file)
    if ((await readHolder(file))?.text === mine) await rm(file, { force: true })
  }
}

async function take(file: string, mine: string, waitMs: number) {
  for (const giveUpAt = Date.now() + waitMs; ; await sleep(100)) {
    if (await create(file, mine)) return
    const holder = await readHolder(file)
    if (holder === undefined) continue
    if (!isAlive(holder)) await takeAway(file, holder.text)
    else if (Date.now() > giveUpAt) {
      const who = `process ${holder.pid} on ${holder.host}, since ${holder.since}`
      throw new DomainError('database_in_use', `${file} is held by ${who}. Stop it, or choose another folder.`)
    }
  }
}

interface Holder {
  text: string
  pid: number
  host: string
  since: string
  silentMs: number
}

const create = (file: string, text: string) =>
  writeFile(file, text, { flag: 'wx', mode: 0o600 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)])
    const silentMs = Date.now() - mtimeMs
    return { text, silentMs, pid: 0, host: '', since: '', ...parse(text) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** A process killed between making the file and writing it leaves it empty, a power cut leaves anything. */
function parse(text: string): Partial<Holder> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

function isAlive({ pid, host, silentMs }: Holder): boolean {
  if (pid === 0) return silentMs < 1_000
  if (host !== hostname()) return silentMs < STALE_MS
  if (silentMs > REUSED_MS) return false
  // Our own id in a file we do not hold: the holder had it before us (process 1 of a restarted container).
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Removes the dead holder's file, and puts it back if another process was quicker and it is no longer the dead one's. */
async function takeAway(file: string, dead: string) {
  const aside = `${file}.${process.pid}`
  await rename(file, aside).catch(() => {})
  const taken = await readFile(aside, 'utf8').catch(() => undefined)
  if (taken !== undefined && taken !== dead) await link(aside, file).catch(() => {})
  await rm(aside, { force: true })
}

import type { Log } from '@lifeline/backbone/process/log'
import { readConfig } from '@lifeline/backbone/process/read-config'
import { tick } from '@lifeline/clock/tick'
import { StandaloneConfig } from '../config.ts'
import { startStandalone } from '../start-standalone.ts'
import type { TraceLine } from './read-trace.ts'
import { replay, type Tally } from './replay.ts'

export interface OwnSystemOptions {
  lines: readonly TraceLine[]
  /** An empty folder for the mailbox and, unless DATABASE_URL is given, the database. */
  folder: string
  log: Log
  signal: AbortSignal
  /** Variables as for `npm start`; the port is always a free one. */
  env?: Record<string, string>
  notifications?: boolean
  onLine?: () => void
}

/** Starts a standalone system under a virtual clock, replays a trace into it, and stops it. */
export async function replayInOwnSystem({
  lines,
  folder,
  log,
  signal,
  env = {},
  notifications = true,
  onLine,
}: OwnSystemOptions): Promise<Tally> {
  const config = readConfig(StandaloneConfig, { DATABASE_URL: 'pglite:', ...env, PORT: '0', HOST: '127.0.0.1', LIFELINE_DATA: folder })
  let now = new Date(lines[0]?.at ?? 0)
  const clock = {
    now: () => now,
    set: (at: Date) => {
      now = at
    },
  }
  const closers: (() => unknown)[] = []
  const atEnd = (close: () => unknown) => void closers.push(close)
  try {
    const system = await startStandalone({ config, clock, log, signal, atEnd, notifications })
    const { url, apiKey, db, broker, writer } = system
    return await replay({
      lines,
      url,
      apiKey,
      db,
      broker,
      clock,
      tick: () => tick({ db, writer, clock, log }),
      // Without notifications nobody empties the queues.
      ...(notifications ? {} : { queues: [] }),
      ...(onLine ? { onLine } : {}),
    })
  } finally {
    for (const close of closers.reverse()) await close()
  }
}

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from './free-ports.ts'
import { findPostgres, type PostgresPrograms } from './postgres-programs.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'
import { makeTempFolder, removeTempFolder } from './temp-folder.ts'
import { UNPRIVILEGED } from './unprivileged-user.ts'

export interface PostgresServer {
  /** The database `postgres` of a superuser; put another name behind the last slash for another database. */
  url: string
  /** Holds everything it writes. */
  folder: string
  pid(): number
  stop(): Promise<void>
  kill9(): Promise<void>
  /** After stop or kill9: the same data on the same port. */
  start(): Promise<void>
  /** Stops it and removes its data. */
  dispose(): Promise<void>
}

const USER = 'lifeline'

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // A socket's path may have 107 characters, and temporary folders can be long.
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '64MB',
  timezone: 'UTC',
}
/** Nothing is flushed: quick, and a kill of the server may lose its data. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

export interface PostgresOptions {
  /** Keeps what was committed through kill9. */
  durable?: boolean
  /** Instead of those that `findPostgres` finds. */
  programs?: PostgresPrograms
  /** Of the server, over those above: `{ shared_buffers: '512MB' }`. */
  settings?: Record<string, string>
}

/** A private PostgreSQL on a free loopback port, in a temp folder. */
export async function startPostgres({ durable = false, programs, settings: own = {} }: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = makeTempFolder('postgres')
  const data = join(folder, 'data')
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
  try {
    const { initdb, postgres } = programs ?? (await findPostgres(folder))
    const init = ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions']
    await promisify(execFile)(initdb, init, { env, cwd: folder, ...UNPRIVILEGED })
    const port = await freePort()
    const all = { ...SETTINGS, ...(durable ? {} : FAST), ...own, port }
    const settings = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    let server: ServerProcess | undefined
    const running = () => server ?? fail()
    const start = async () => {
      server = await withSecondTries(() =>
        startServerProcess({
          name: 'PostgreSQL',
          command: postgres,
          args: ['-D', data, ...settings],
          env,
          folder,
          logFile: join(folder, 'log'),
          isReady: (pid) => isReady(data, pid),
        }),
      )
    }
    await start()
    return {
      url: `postgres://${USER}@127.0.0.1:${port}/postgres`,
      folder,
      pid: () => running().pid,
      // A "fast" shutdown: connections are ended, not waited for.
      stop: () => running().end('SIGINT'),
      kill9: () => running().end('SIGKILL'),
      start,
      async dispose() {
        await server?.end('SIGQUIT')
        removeTempFolder(folder)
      },
    }
  } catch (error) {
    removeTempFolder(folder)
    throw error
  }
}

function fail(): never {
  throw new Error('PostgreSQL was not started.')
}

/** What `pg_ctl --wait` looks at: the eighth line of the server's own pid file (a killed one leaves its file behind). */
function isReady(data: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    return lines[0] === String(pid) && lines[7]?.trim() === 'ready'
  } catch {
    return false
  }
}

/** The processes of a killed server end a moment later than it does, and until then a new one refuses to start. */
async function withSecondTries<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start()
    } catch (error) {
      if (attempt === 20 || !/shared memory block .* still in use/.test(String(error))) throw error
      await sleep(100)
    }
  }
}

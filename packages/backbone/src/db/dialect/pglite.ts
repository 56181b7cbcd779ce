import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { type Driver, PGliteAdapter, PGliteDialect, sql } from 'kysely'
import { lockFile } from './folder-lock.ts'
import type { Fragments } from './fragments.ts'
import { INT8, NUMERIC, PLANNER, postgresFragments } from './postgres.ts'

const pgliteFragments: Fragments = {
  ...postgresFragments,
  // The folder's lock file already keeps everybody else out.
  async withMigrationLock(db, { prepare, work }) {
    await prepare(db)
    await work(db)
  },
  async vacuum(db) {
    await sql`vacuum`.execute(db)
    await sql`checkpoint`.execute(db)
  },
}

class Adapter extends PGliteAdapter {
  readonly fragments = pgliteFragments
}

/**
 * PostgreSQL inside this process. `folder` '' keeps everything in memory; otherwise the folder is made when it is not there, and locked:
 * two processes on one folder lost acknowledged rows without an error.
 */
export async function pgliteDialect(folder: string) {
  const unlock = folder === '' ? async () => {} : await lockFolder(folder)
  if (folder !== '' && !existsSync(folder)) await create(folder)
  const pglite = open(folder === '' ? 'memory://' : folder)
  const dialect = new PGliteDialect({ pglite })
  const { createDriver } = dialect
  dialect.createAdapter = () => new Adapter()
  dialect.createDriver = () => oneAtATime(createDriver.call(dialect), unlock)
  return dialect
}

function open(dataDir: string) {
  return new PGlite(dataDir, {
    parsers: { [INT8]: Number, [NUMERIC]: Number },
    // PostgreSQL's own 128 MB are touched at start: 320 MB resident, against 194 MB.
    startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB', ...PLANNER.split(' ')],
  })
}

/**
 * Making a database leaves 400 MB of its own behind; closed and opened again, they are free. It is made beside its
 * place, so that a process killed meanwhile leaves nothing that looks like one.
 */
async function create(folder: string) {
  const making = `${folder}.new`
  await rm(making, { recursive: true, force: true })
  const pglite = open(making)
  await pglite.waitReady
  await pglite.close()
  await rename(making, folder)
}

async function lockFolder(folder: string) {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 })
  return await lockFile(`${folder}.lock`, {
    lost: () => {
      throw new Error(`Another process took ${folder} while this one stood still; going on would destroy it.`)
    },
  })
}

/**
 * PGlite has one connection, and Kysely 0.29's driver hands it to everybody at once: a second transaction would take
 * over the first one's. Whoever asks for the connection waits until it is free.
 */
function oneAtATime(driver: Driver, unlock: () => Promise<void>): Driver {
  let free = Promise.resolve()
  let release = () => {}
  return {
    init: (options) => driver.init(options),
    async acquireConnection(options) {
      const turn = free
      const next = Promise.withResolvers<void>()
      free = next.promise
      await turn
      release = next.resolve
      return await driver.acquireConnection(options)
    },
    async releaseConnection() {
      release()
    },
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    async destroy() {
      await free
      await driver.destroy()
      await unlock()
    },
  }
}

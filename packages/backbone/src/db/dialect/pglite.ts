import { mkdir } from 'node:fs/promises'
import { PGlite } from '@electric-sql/pglite'
import { type Driver, PGliteAdapter, PGliteDialect, sql } from 'kysely'
import { lockFile } from './folder-lock.ts'
import type { Fragments } from './fragments.ts'
import { INT8, NUMERIC, postgresFragments } from './postgres.ts'

const pgliteFragments: Fragments = {
  ...postgresFragments,
  // The folder's lock file already keeps everybody else out.
  withMigrationLock: (_db, work) => work(),
  async vacuum(db) {
    await sql`vacuum`.execute(db)
    await sql`checkpoint`.execute(db)
  },
}

class Adapter extends PGliteAdapter {
  readonly fragments = pgliteFragments
}

/**
 * PostgreSQL inside this process. `folder` '' keeps everything in memory; otherwise the folder is made and locked:
 * two processes on one folder lost acknowledged rows without an error.
 */
export async function pgliteDialect(folder: string) {
  const unlock = folder === '' ? async () => {} : await lockFolder(folder)
  const pglite = new PGlite(folder === '' ? 'memory://' : folder, { parsers: { [INT8]: Number, [NUMERIC]: Number } })
  const dialect = new PGliteDialect({ pglite })
  const { createDriver } = dialect
  dialect.createAdapter = () => new Adapter()
  dialect.createDriver = () => oneAtATime(createDriver.call(dialect), unlock)
  return dialect
}

async function lockFolder(folder: string) {
  await mkdir(folder, { recursive: true, mode: 0o700 })
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

import { DomainError } from '@lifeline/backbone/db/errors'
import { checkSchema, migrate } from '@lifeline/backbone/db/migrate'
import { isEmbedded, openDatabase } from '@lifeline/backbone/db/open'
import type { Db } from '@lifeline/backbone/db/schema'
import { readConfig } from '@lifeline/backbone/process/read-config'
import { KeysConfig } from './config.ts'

/** Runs `work` on the database that is configured, or on that of `npm start`. Throws what can be told in a sentence. */
export async function withDatabase<T>(env: NodeJS.ProcessEnv, work: (db: Db) => Promise<T>): Promise<T> {
  const { DATABASE_URL, LIFELINE_DATA } = readConfig(KeysConfig, env)
  const url = DATABASE_URL ?? `pglite:${LIFELINE_DATA}/database`
  const db = await openDatabase(url, { connections: 2 }).catch(sayWhoHasIt)
  try {
    // As npm start would: there is nobody else to do it.
    if (isEmbedded(url)) await migrate(db)
    else if ((await checkSchema(db)).state !== 'ready')
      throw new DomainError('schema_behind', 'The database is not ready for this version: run npm run migrate.')
    return await work(db)
  } finally {
    await db.destroy()
  }
}

function sayWhoHasIt(error: unknown): never {
  if (error instanceof DomainError && error.code === 'database_in_use')
    throw new DomainError(
      error.code,
      `Lifeline is running on this folder. ${error.message} Or ask the one that runs: POST /keys, DELETE /keys/<id>.`,
    )
  throw error
}

import { Kysely, sql } from 'kysely'
import { pgliteDialect } from './dialect/pglite.ts'
import { postgresDialect } from './dialect/postgres.ts'
import { DomainError } from './errors.ts'
import type { Db, Schema } from './schema.ts'

export interface DatabaseOptions {
  /** Connections of the pool, at most. */
  connections?: number
  /** Hears of connections that died while idle. */
  onError?: (error: Error) => void
}

/**
 * Opens `pglite:<folder>` (`pglite:` alone is in memory) or `postgres://…`. A server that is away is not an error here:
 * the first query finds out.
 */
export async function openDatabase(url: string, { connections = 10, onError = () => {} }: DatabaseOptions = {}): Promise<Db> {
  if (url.startsWith('pglite:')) {
    const db = new Kysely<Schema>({ dialect: await pgliteDialect(url.slice('pglite:'.length)) })
    // A folder that cannot be used fails here. And Kysely closes only what it has used: the lock would stay.
    await sql`select 1`.execute(db)
    return db
  }
  if (/^postgres(ql)?:/.test(url)) return new Kysely<Schema>({ dialect: postgresDialect(url, { connections, onError }) })
  throw new DomainError('bad_config', `DATABASE_URL must start with pglite: or postgres://, not ${JSON.stringify(url.split(':')[0])}.`)
}

/** Whether only this process can have the database open. */
export function isEmbedded(url: string): boolean {
  return url.startsWith('pglite:')
}

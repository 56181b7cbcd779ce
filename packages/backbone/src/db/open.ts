import { Kysely, sql } from 'kysely'
import { oracleDialect } from './dialect/oracle/open.ts'
import type { PooledDialect } from './dialect/pool-counts.ts'
import { postgresDialect } from './dialect/postgres.ts'
import { DomainError } from './errors.ts'
import { measurePool } from './pool-gauge.ts'
import type { Db, Schema } from './schema.ts'

export interface DatabaseOptions {
  /** Connections of the pool, at most. */
  connections?: number
  /** Hears of connections that died while idle. */
  onError?: (error: Error) => void
}

/**
 * Opens `pglite:<folder>` (`pglite:` alone is in memory), `postgres://…` or `oracle://…`. A server that is away is not an
 * error here: the first query finds out.
 */
export async function openDatabase(url: string, { connections = 10, onError = () => {} }: DatabaseOptions = {}): Promise<Db> {
  if (url.startsWith('pglite:')) {
    // 30 MB that only this kind of database needs.
    const { pgliteDialect } = await import('./dialect/pglite.ts')
    const db = new Kysely<Schema>({ dialect: await pgliteDialect(url.slice('pglite:'.length)) })
    // A folder that cannot be used fails here. And Kysely closes only what it has used: the lock would stay.
    await sql`select 1`.execute(db)
    return db
  }
  const dialect = serverDialect(url, { connections, onError })
  measurePool(dialect)
  return new Kysely<Schema>({ dialect })
}

function serverDialect(url: string, options: Required<DatabaseOptions>): PooledDialect {
  if (/^postgres(ql)?:/.test(url)) return postgresDialect(url, options)
  if (/^oracles?:/.test(url)) return oracleDialect(url, options)
  const scheme = JSON.stringify(url.split(':')[0])
  throw new DomainError('bad_config', `DATABASE_URL must start with pglite:, postgres:// or oracle://, not ${scheme}.`)
}

/** Whether only this process can have the database open. */
export function isEmbedded(url: string): boolean {
  return url.startsWith('pglite:')
}

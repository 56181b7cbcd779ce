import { PostgresAdapter, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { DatabaseUnavailableError, DeadlockError, NotUniqueError } from '../errors.ts'
import { columnKind } from '../schema.ts'
import type { Fragments } from './fragments.ts'
import type { PooledDialect } from './pool-counts.ts'
import { usePrepared } from './postgres-prepare.ts'
import { CASTS, updateRows, writeAll } from './postgres-write.ts'

/** Any number: one lock for all migrations of an installation. */
const MIGRATION_LOCK = 1_279_350_086

/** bigint and count come as text from pg and as BigInt or number from PGlite. Ours stay below 2^53. */
export const INT8 = 20
export const NUMERIC = 1700

export const postgresFragments: Fragments = {
  write: writeAll,
  updateRows,
  anyOf: (table, column, values) => sql`${sql.ref(column)} = any(${values}::${sql.raw(CASTS[columnKind(table, column).kind])}[])`,
  secondsBetween: (from, to) => sql<number>`extract(epoch from (${to} - ${from}))`,
  dayOf: (instant) => sql<Date>`date_trunc('day', ${instant}, 'UTC')`,
  snapshotIsolation: 'repeatable read',
  migrations: 'postgres',
  async withMigrationLock(db, { prepare, work }) {
    await db.connection().execute(async (one) => {
      await sql`select pg_advisory_lock(${sql.lit(MIGRATION_LOCK)})`.execute(one)
      try {
        await prepare(one)
        await work(one)
      } finally {
        await sql`select pg_advisory_unlock(${sql.lit(MIGRATION_LOCK)})`.execute(one)
      }
    })
  },
  isDoneBefore: () => false,
  // Autovacuum does it.
  vacuum: async () => {},
}

class Adapter extends PostgresAdapter {
  readonly fragments = postgresFragments
}

/** A pool on a PostgreSQL server. `connections` at most; a caller waits five seconds for one, then gets DatabaseUnavailableError. */
export function postgresDialect(
  url: string,
  { connections, onError }: { connections: number; onError: (error: Error) => void },
): PooledDialect {
  // pg would write a Date in the machine's zone, with minutes only; some zones had offsets with seconds.
  pg.defaults.parseInputDatesAsUTC = true
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: 30_000,
    application_name: 'lifeline',
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  })
  // A connection that dies would otherwise end the process: an idle one is the pool's trouble, one in use also says it here.
  pool.on('error', onError)
  pool.on('connect', (client) => {
    client.on('error', () => {})
    usePrepared(client)
  })
  const dialect = new PostgresDialect({ pool })
  dialect.createAdapter = () => new Adapter()
  const poolCounts = () => ({ used: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount })
  return Object.assign(dialect, { poolCounts })
}

// 57014 is our own statement_timeout: the database is too busy to answer.
const LOST_CONNECTION = /^(08|57P0|57014|53)|^(ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN)/
const LOST_MESSAGE = /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/

/** Names what PostgreSQL and PGlite mean; anything else comes back as it was. */
export function postgresError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code = '', constraint = '' } = error as Error & { code?: string; constraint?: string }
  if (code === '23505') return new NotUniqueError(constraint, error)
  if (code === '40P01' || code === '40001') return new DeadlockError(error)
  if (LOST_CONNECTION.test(code) || LOST_MESSAGE.test(error.message)) return new DatabaseUnavailableError(error)
  return error
}

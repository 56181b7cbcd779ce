import { PostgresAdapter, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { DomainError } from '../errors.ts'
import { columnKind } from '../schema.ts'
import type { Fragments } from './fragments.ts'
import type { PooledDialect } from './pool-counts.ts'
import { parseInstant, TIMESTAMPTZ } from './postgres-instants.ts'
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
  arrayOf: (query) => sql<string[]>`array(${query})::text[]`,
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

/**
 * No bitmaps: they read every dead row of a queue (outbox, wake_at) again and again, where a plain index scan marks it
 * and never comes back. With 130,000 rows deleted and not yet vacuumed, one look at the outbox took 730 ms.
 */
export const PLANNER = '-c enable_bitmapscan=off'

type GetTypeParser = typeof pg.types.getTypeParser
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = { [INT8]: Number, [NUMERIC]: Number, [TIMESTAMPTZ]: parseInstant }

class Adapter extends PostgresAdapter {
  readonly fragments = postgresFragments
}

/** A pool on a PostgreSQL server. `connections` at most; a caller waits five seconds for one, then gets DatabaseUnavailableError. */
export function postgresDialect(
  url: string,
  { connections, onError }: { connections: number; onError: (error: Error) => void },
): PooledDialect {
  checkUrl(url)
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
    options: `${PLANNER} -c timezone=UTC`,
    types: { getTypeParser: ((oid: number, format?: 'text') => PARSERS[oid] ?? pg.types.getTypeParser(oid, format)) as GetTypeParser },
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

/** Throws `bad_config` for what pg would choke on at the first connection, with a stack and nothing else. */
function checkUrl(url: string) {
  try {
    new pg.Client({ connectionString: url })
  } catch (cause) {
    const advice = 'a user or a password with other characters than letters, digits, -, _ and . has them as %XX'
    throw new DomainError('bad_config', `DATABASE_URL must be postgres://user:password@host:5432/database; ${advice}.`, { cause })
  }
}

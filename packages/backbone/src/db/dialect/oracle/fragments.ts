import { expressionBuilder, sql } from 'kysely'
import { FIRST_STEP, type Fragments } from '../fragments.ts'
import { isDoneBefore } from './errors.ts'
import { updateRows, writeAll } from './write.ts'

/** Seconds; shorter than the call timeout, which would end the wait less clearly. */
const LOCK_WAIT = sql.lit(25)

export const oracleFragments: Fragments = {
  write: writeAll,
  updateRows,
  // The compiler fills the list up.
  anyOf: (_, column, values) => expressionBuilder<Record<string, Record<string, string | number>>, string>()(column, 'in', values),
  // What LISTAGG and JSON_ARRAYAGG answer ends at 4,000 bytes, and twenty tags may be longer.
  arrayOf: undefined,
  // The difference of two timestamps is an interval, which has no length in one unit: its fields are added up.
  secondsBetween(from, to) {
    const field = (name: string) => sql`extract(${sql.raw(name)} from (${to} - ${from}))`
    return sql<number>`(((${field('day')} * 24 + ${field('hour')}) * 60 + ${field('minute')}) * 60 + ${field('second')})`
  },
  // trunc answers a DATE, which the driver would read in the zone of this process.
  dayOf: (instant) => sql<Date>`cast(trunc(${instant}) as timestamp(3))`,
  snapshotIsolation: 'serializable',
  migrations: 'oracle',
  // Every DDL statement commits, and with that a lock on its own connection would be gone: it is held on another one.
  async withMigrationLock(db, { prepare, work }) {
    await prepare(db)
    await db.transaction().execute(async (trx) => {
      await sql`select "step" from "migrations" where "file" = ${FIRST_STEP.file} and "step" = ${FIRST_STEP.step}
        for update wait ${LOCK_WAIT}`.execute(trx)
      await work(db)
    })
  },
  isDoneBefore,
  // The database looks after itself.
  vacuum: async () => {},
}

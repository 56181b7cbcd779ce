import { CompiledQuery, sql } from 'kysely'
import { FIRST_STEP, type Fragments, type GuardedRow } from '../fragments.ts'
import { BatchBinds } from './binds.ts'
import { bindKind } from './columns.ts'
import { isDoneBefore } from './errors.ts'

/** Seconds; shorter than the call timeout, which would end the wait less clearly. */
const LOCK_WAIT = sql.lit(25)

export const oracleFragments: Fragments = {
  async updateRows(trx, table, rows) {
    const [first] = rows
    if (first === undefined) return 0
    const columns = Object.keys(first.values)
    const set = columns.map((column, i) => `"${column}" = :${i + 1}`).join(', ')
    const where = `"id" = :${columns.length + 1} and "version" = :${columns.length + 2}`
    const kinds = [...columns, 'id', 'version'].map((column) => bindKind(table, column))
    const values = ({ id, guard, values }: GuardedRow) => [...columns.map((column) => values[column]), id, guard]
    const update = CompiledQuery.raw(`update "${table}" set ${set} where ${where}`, [new BatchBinds(rows.map(values), kinds)])
    const { numAffectedRows } = await trx.executeQuery(update)
    return Number(numAffectedRows ?? 0n)
  },
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

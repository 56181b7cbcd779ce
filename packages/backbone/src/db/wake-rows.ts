import { sql } from 'kysely'
import type { Logger } from 'pino'
import { DomainError, LostRaceError } from './errors.ts'
import type { Writer } from './group-commit.ts'
import type { Db } from './schema.ts'
import { reading } from './transaction.ts'

export const CLOCK_ACTOR = 'system:clock'

/** What a wake came to. */
export interface Woken {
  id: string
  /** What happened, as the log has it; none when nothing was due. */
  actions: readonly string[]
  /** `wake_at` as it was, and as it must be now. */
  wokenAt: Date | null
  nextWake: Date | null
}

/** A kind whose rows have a `wake_at` in domain time. */
export interface WakingKind {
  name: 'task' | 'scheduler' | 'incident' | 'maintenance' | 'report'
  table: 'tasks' | 'schedulers' | 'incidents' | 'maintenance_windows' | 'reports'
  /** Does what time has made due on one row; undefined when it is gone. */
  wake(writer: Writer, id: string, now: Date): Promise<Woken | undefined>
  /** The safety net: makes due now what is overdue and no tick will find. Answers how many; more than none is a defect somewhere. */
  repair(db: Db, now: Date): Promise<number>
}

type WakingTable = WakingKind['table']
// The columns that all of them have; Kysely cannot know it of a union.
const rowsOf = (db: Db, table: WakingTable) => db.selectFrom(table as 'tasks')

/** Ids of rows whose `wake_at` is at or behind `now`, the oldest first. */
export async function listDue(db: Db, table: WakingTable, now: Date, limit: number): Promise<string[]> {
  const rows = await reading(() => rowsOf(db, table).select('id').where('wake_at', '<=', now).orderBy('wake_at').fetch(limit).execute())
  return rows.map((row) => row.id)
}

/** The earliest `wake_at` of each of these tables, or null: one statement, whatever there is to ask. */
export async function earliestWakes<T extends WakingTable | 'notifications'>(
  db: Db,
  tables: readonly [T, ...T[]],
): Promise<Record<T, Date | null>> {
  const [first, ...others] = tables
  const earliest = (table: T) =>
    db.selectFrom(table as 'tasks').select((eb) => [sql.lit<string>(table).as('name'), eb.fn.min('wake_at').as('at')])
  const rows = await reading(() => others.reduce((all, table) => all.unionAll(earliest(table)), earliest(first)).execute())
  return Object.fromEntries(rows.map(({ name, at }) => [name, at])) as Record<T, Date | null>
}

/** The next instant at which time alone must change some row of a table, or null. */
export async function nextWakeOf(db: Db, table: WakingTable): Promise<Date | null> {
  return (await earliestWakes(db, [table]))[table]
}

/** How long a row that cannot be woken is left alone, so that it does not hold up the others. */
const POSTPONE_MS = 60_000

/**
 * Does what time has made due on these rows. One that cannot be woken fails by itself: it is logged and tried again in a
 * minute. Whatever another clock was quicker with is left to it. Throws when the database is away.
 */
export async function wakeRows(
  { db, writer, log }: { db: Db; writer: Writer; log: Logger },
  kind: WakingKind,
  ids: readonly string[],
  now: Date,
): Promise<Woken[]> {
  const woken: Woken[] = []
  for (const [i, settled] of (await Promise.allSettled(ids.map((id) => kind.wake(writer, id, now)))).entries()) {
    if (settled.status === 'fulfilled') {
      if (settled.value !== undefined) woken.push(settled.value)
      continue
    }
    const { reason: err } = settled
    if (err instanceof LostRaceError) continue
    if (err instanceof DomainError && err.retry) throw err
    const id = ids[i] ?? ''
    log.error({ err, [`${kind.name}Id`]: id }, `a ${kind.name} could not be woken; trying again in a minute`)
    await setWake(db, kind.table, id, new Date(now.getTime() + POSTPONE_MS))
  }
  for (const { id, actions, wokenAt, nextWake } of woken) {
    // A wake_at that is due although nothing is: left as it is, every tick would find it again.
    if (actions.length === 0 && wokenAt !== null && wokenAt <= now) await setWake(db, kind.table, id, nextWake)
  }
  return woken
}

async function setWake(db: Db, table: WakingTable, id: string, at: Date | null) {
  await reading(() =>
    db
      .updateTable(table as 'tasks')
      .set({ wake_at: at })
      .where('id', '=', id)
      .execute(),
  )
}

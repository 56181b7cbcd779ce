import { openDatabase } from '@lifeline/backbone/db/open'
import { sql } from 'kysely'

/** Of initdb. */
const SEGMENT_MB = 16
/** More than three rounds of a figure write; a server that gets `POSTGRES` of `bench.ts` keeps them. */
export const WAL_MB = 4_096

/**
 * Makes a new PostgreSQL like one that has run for a day: it has segments of WAL to use again. A new one fills and flushes
 * 16 MB for each, every second or two under load, and whatever commits waits 50 ms for it.
 */
export async function prepareWal(url: string): Promise<void> {
  const db = await openDatabase(url, { connections: 1 })
  try {
    await sql`set statement_timeout = 0`.execute(db)
    const switchOften = `do $$ begin
      for i in 1..${WAL_MB / SEGMENT_MB} loop
        perform pg_logical_emit_message(false, '', ''), pg_switch_wal();
      end loop;
    end $$`
    await sql.raw(switchOften).execute(db)
    // Now none of them is needed any more, and all are renamed to come next.
    await sql`checkpoint`.execute(db)
  } finally {
    await db.destroy()
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { fragments } from './dialect/fragments.ts'
import { oracleError } from './dialect/oracle/errors.ts'
import { postgresError } from './dialect/postgres-errors.ts'
import { DeadlockError, DomainError, LostRaceError } from './errors.ts'
import type { Db, Trx } from './schema.ts'

/** What a database's own error means, as one of the errors of `errors.ts`; unknown ones come back as they are. */
export function databaseError(error: unknown): unknown {
  return error instanceof DomainError ? error : oracleError(postgresError(error))
}

/** Runs reads, with the database's errors named. */
export async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw databaseError(error)
  }
}

const TRIES = 3

/**
 * Runs `work` in one transaction. Lost races and deadlocks are read and decided again, three times in all, so `work`
 * must do nothing but database work. Any other error rolls back and is thrown, named as in `errors.ts`.
 */
export function inTransaction<T>(db: Db, work: (trx: Trx) => Promise<T>): Promise<T> {
  return withRetries(() => db.transaction().execute(work))
}

/** The same, with all of `work` seeing the database as it was at its first statement. */
export function inSnapshot<T>(db: Db, work: (trx: Trx) => Promise<T>): Promise<T> {
  const isolation = fragments(db).snapshotIsolation
  return withRetries(() => db.transaction().setIsolationLevel(isolation).execute(work))
}

async function withRetries<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (thrown) {
      const error = databaseError(thrown)
      if (attempt >= TRIES || !(error instanceof LostRaceError || error instanceof DeadlockError)) throw error
      await sleep(Math.random() * 10 * attempt)
    }
  }
}

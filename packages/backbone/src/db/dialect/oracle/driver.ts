import type { Driver, TransactionSettings } from 'kysely'
import type oracledb from 'oracledb'
import type { PoolCounts } from '../pool-counts.ts'
import { OracleConnection } from './connection.ts'
import { unsupported } from './unsupported.ts'

/** A statement that takes longer is cancelled: the database is too busy to answer. */
const CALL_TIMEOUT_MS = 30_000

/** Opens the pool when the first query asks for it, and hands its connections out. */
export class OracleDriver implements Driver {
  readonly #options: oracledb.PoolAttributes
  readonly #onError: (error: Error) => void
  #open: { driver: typeof oracledb; pool: oracledb.Pool } | undefined
  #waiting = 0

  constructor(options: oracledb.PoolAttributes, onError: (error: Error) => void) {
    this.#options = options
    this.#onError = onError
  }

  async init(): Promise<void> {
    // Not before somebody needs it: who uses another database need not pay for it.
    const { default: driver } = await import('oracledb')
    const pool = await driver.createPool({ ...this.#options, sessionCallback })
    this.#open = { driver, pool }
  }

  async acquireConnection(): Promise<OracleConnection> {
    const { driver, pool } = this.#pool()
    this.#waiting++
    try {
      const raw = await pool.getConnection()
      raw.callTimeout = CALL_TIMEOUT_MS
      return new OracleConnection(raw, driver)
    } finally {
      this.#waiting--
    }
  }

  async beginTransaction(connection: OracleConnection, { isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    if (isolationLevel !== undefined && isolationLevel !== 'read committed' && isolationLevel !== 'serializable') {
      unsupported(`the isolation level ${isolationLevel}`, 'ORA-02179', 'there are read committed and serializable')
    }
    connection.inTransaction = true
    const set = accessMode === 'read only' ? 'read only' : isolationLevel === 'serializable' ? 'isolation level serializable' : undefined
    // Without a word Oracle begins one at the first statement.
    if (set !== undefined) await connection.attempt(() => connection.raw.execute(`set transaction ${set}`))
  }

  async commitTransaction(connection: OracleConnection): Promise<void> {
    await connection.attempt(() => connection.raw.commit())
    connection.inTransaction = false
  }

  async rollbackTransaction(connection: OracleConnection): Promise<void> {
    try {
      await connection.raw.rollback()
      connection.inTransaction = false
    } catch (error) {
      connection.broken = true
      throw error
    }
  }

  async savepoint(connection: OracleConnection, name: string): Promise<void> {
    await connection.attempt(() => connection.raw.execute(`savepoint ${quoted(name)}`))
  }

  async rollbackToSavepoint(connection: OracleConnection, name: string): Promise<void> {
    await connection.attempt(() => connection.raw.execute(`rollback to savepoint ${quoted(name)}`))
  }

  /** Oracle has no RELEASE SAVEPOINT: they end with their transaction. */
  async releaseSavepoint(): Promise<void> {}

  async releaseConnection({ raw, broken }: OracleConnection): Promise<void> {
    try {
      // Thin mode does not look at `drop`: it has closed a lost session itself, rolls any other back, and closes it when that fails.
      await raw.close({ drop: broken })
    } catch (error) {
      // Whoever used it has an answer already.
      this.#onError(error as Error)
    }
  }

  /** Waits up to ten seconds for connections that are out. */
  async destroy(): Promise<void> {
    await this.#pool().pool.close(10)
  }

  counts(): PoolCounts {
    if (this.#open === undefined) return { used: 0, idle: 0, waiting: 0 }
    const { connectionsOpen, connectionsInUse } = this.#open.pool
    return { used: connectionsInUse, idle: connectionsOpen - connectionsInUse, waiting: this.#waiting }
  }

  #pool() {
    if (this.#open === undefined) throw new Error('Kysely calls init first.')
    return this.#open
  }
}

/** Text is equal and sorted by its bytes, whatever language the server speaks: pages by id depend on it. */
function sessionCallback(connection: oracledb.Connection, _tag: string, done: (error?: Error) => void) {
  connection.execute('alter session set nls_comp = binary nls_sort = binary').then(() => done(), done)
}

function quoted(name: string): string {
  if (name.includes('"')) unsupported('a name with a double quote', 'ORA-03001', 'there is no way to write it')
  return `"${name}"`
}

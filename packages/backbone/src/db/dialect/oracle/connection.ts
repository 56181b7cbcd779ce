import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type oracledb from 'oracledb'
import { BatchBinds, InBind, inBind, OutBind } from './binds.ts'
import { isSessionLost } from './errors.ts'
import { fetchTypeHandler, fromOutBind, inDefinition, outDefinition, textBytes, toWallClock } from './values.ts'

type Row = Record<string, unknown>

interface Executed<R> {
  rowsAffected?: number | undefined
  /** Of a batch: rows changed by each of its runs. */
  dmlRowCounts?: number[] | undefined
  /** For each OUT bind its values; of a batch, that for each row. */
  outBinds?: unknown
  rows?: R[] | undefined
}

/** One session, in one hand. What is compiled here goes out as it is; errors come back as oracledb has them. */
export class OracleConnection implements DatabaseConnection {
  readonly raw: oracledb.Connection
  /** Outside a transaction every statement is committed by itself, in the same round trip. */
  inTransaction = false
  /** The session is gone, or in a state nobody knows: it must not go back to the pool. */
  broken = false
  readonly #driver: typeof oracledb

  constructor(raw: oracledb.Connection, driver: typeof oracledb) {
    this.raw = raw
    this.#driver = driver
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const outs = parameters.filter((parameter) => parameter instanceof OutBind)
    const [first] = parameters
    const { rowsAffected, dmlRowCounts, outBinds, rows } = await this.attempt(
      async (): Promise<Executed<R>> =>
        first instanceof BatchBinds
          ? await this.#executeBatch(sql, first, outs)
          : await this.raw.execute<R>(sql, this.#binds(parameters), this.#options()),
    )
    // A batch answers how many rows each of its runs has changed.
    const plain = rows ?? (dmlRowCounts?.map((count) => ({ count })) as R[] | undefined) ?? []
    return {
      rows: outs.length === 0 ? plain : ((await this.#returned(first instanceof BatchBinds, outBinds, outs)) as R[]),
      ...(rowsAffected === undefined ? {} : { numAffectedRows: BigInt(rowsAffected) }),
    }
  }

  async *streamQuery<R>({ sql, parameters }: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    const options = { ...this.#options(), resultSet: true, fetchArraySize: chunkSize, prefetchRows: chunkSize } as const
    const { resultSet } = await this.attempt(() => this.raw.execute<R>(sql, this.#binds(parameters), options))
    if (resultSet === undefined) throw new Error('Only a query can be streamed.')
    try {
      for (;;) {
        const rows = await this.attempt(() => resultSet.getRows(chunkSize))
        if (rows.length === 0) return
        yield { rows }
      }
    } finally {
      await resultSet.close()
    }
  }

  /** Ends what runs in it now, with ORA-01013. The transaction stays open. */
  async cancelQuery(): Promise<void> {
    await this.raw.break()
  }

  /** Runs `work`, and notes it when the session is lost. */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (isSessionLost(error)) this.broken = true
      throw error
    }
  }

  #options() {
    const { OUT_FORMAT_OBJECT } = this.#driver
    return { autoCommit: !this.inTransaction, outFormat: OUT_FORMAT_OBJECT, fetchTypeHandler: fetchTypeHandler(this.#driver) }
  }

  #binds(parameters: readonly unknown[]): oracledb.BindParameter[] {
    return parameters.map((parameter) => {
      if (parameter instanceof OutBind) return outDefinition(this.#driver, parameter.kind)
      const { value, kind } = parameter instanceof InBind ? parameter : inBind(parameter)
      return { ...inDefinition(this.#driver, kind, textBytes(value)), val: toWallClock(value) }
    })
  }

  #executeBatch(sql: string, { rows, kinds }: BatchBinds, outs: readonly OutBind[]) {
    const longest = kinds.map((_, i) => rows.reduce((most, row) => Math.max(most, textBytes(row[i])), 0))
    const bindDefs = [
      ...kinds.map((kind, i) => inDefinition(this.#driver, kind, longest[i] ?? 0)),
      ...outs.map(({ kind }) => outDefinition(this.#driver, kind)),
    ]
    const values = rows.map((row) => row.map((value) => toWallClock(value) ?? null))
    return this.raw.executeMany(sql, values as oracledb.BindParameters[], { autoCommit: !this.inTransaction, bindDefs, dmlRowCounts: true })
  }

  /** The rows that `returning` answered. */
  async #returned(isBatch: boolean, outBinds: unknown, outs: readonly OutBind[]): Promise<Row[]> {
    const lists = (isBatch ? outBinds : [outBinds]) as unknown[][][]
    const rows: Row[] = []
    for (const values of lists) {
      for (let n = 0; n < (values[0]?.length ?? 0); n++) {
        const row: Row = {}
        for (const [i, { column, kind }] of outs.entries()) row[column] = await fromOutBind(values[i]?.[n], kind)
        rows.push(row)
      }
    }
    return rows
  }
}

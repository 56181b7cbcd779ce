import { type BindValue, OracleError, type SentStatement, type Session } from '../session.ts'
import {
  baseOf,
  type ColumnMetadata,
  type DriverBind,
  type ExecuteOptions,
  errors,
  type ParsedStatement,
  parseStatement,
  thin,
  types,
} from './driver-internals.ts'
import { columnType, fromEngine, toBindValue } from './values.ts'

const BIND_IN = 3001
const BIND_OUT = 3003
/** A longer string must be bound as a CLOB. */
const MAX_VARCHAR_BYTES = 32_767

/** May be replaced by a test: answers the error with which a statement shall fail, if any. */
export const faults: { next?: ((sql: string) => Error | undefined) | undefined } = {}

/** How many are open: one that is not closed is a cursor that Oracle keeps, and it allows 300 for a session. */
export const resultSets = { open: 0 }

/** Keeps the rows that an engine has answered until the driver asks for them. */
class WireResultSet extends baseOf(thin.ResultSetImpl) {
  rows: unknown[][] = []
  async getRows(count: number) {
    return this.rows.splice(0, count)
  }
  close() {
    resultSets.open--
  }
}

/** In place of the driver's own connection: everything above the network is the driver's, below is a Session. */
export class WireConnection extends baseOf(thin.ConnectionImpl) {
  session!: Session
  giveBack!: (drop: boolean) => void
  _newSession = true
  #dead = false
  #inTransaction = false
  #callTimeout = 0

  async execute(sql: string, rowCount: number, binds: DriverBind[], options: ExecuteOptions, many: boolean) {
    if (this.#dead) throw new OracleError(3113, 'end-of-file on communication channel')
    const parsed = parseStatement(sql)
    check(sql, parsed, binds, many)
    await this.#failIfWanted(sql)
    const outs = binds.filter((bind) => bind.dir === BIND_OUT)
    const rows = Array.from({ length: rowCount }, (_, i) => valuesOf(binds, i))
    const statement: SentStatement = { sql, kind: kindOf(parsed), outBinds: outs.length }
    const result = await this.session.execute(statement, rows, this.#callTimeout)
    const answer: Record<string, unknown> = {}
    if (parsed.isQuery) answer.resultSet = this.#resultSet(result, options)
    else if (parsed.isDml) {
      answer.rowsAffected = result.counts.reduce((sum, count) => sum + count, 0)
      if (options.dmlRowCounts) answer.dmlRowCounts = result.counts
      this.#inTransaction = true
    }
    if (outs.length > 0) answer.outBinds = this.#outBinds(result, outs, many)
    if (parsed.isDdl || options.autoCommit) await this.commit()
    return answer
  }

  /** A lost session takes its transaction with it. */
  async #failIfWanted(sql: string) {
    const fault = faults.next?.(sql)
    if (fault === undefined) return
    if (fault instanceof OracleError && fault.errorNum === 3113) {
      this.#dead = true
      await this.session.rollback()
    }
    throw fault
  }

  #resultSet({ columns = [], rows = [] }: Awaited<ReturnType<Session['execute']>>, options: ExecuteOptions) {
    const resultSet = new WireResultSet()
    resultSets.open++
    const metadata = columns.map(
      ({ name, type, precision, scale }): ColumnMetadata => ({
        name,
        dbType: columnType(type),
        nullable: true,
        ...(type === 'number' ? { precision: precision ?? 0, scale: scale ?? -127 } : {}),
      }),
    )
    resultSet._setup(options, metadata)
    const wanted = resultSet.metaData.map((column: { fetchType: unknown }) => column.fetchType)
    resultSet.rows = rows.map((row) => row.map((text, i) => fromEngine(text, columns[i]?.type ?? 'text', wanted[i])))
    return resultSet
  }

  /** For each row of executeMany, or once: a list of values for each OUT bind. */
  #outBinds({ columns = [], rows = [], counts }: Awaited<ReturnType<Session['execute']>>, outs: DriverBind[], many: boolean) {
    let at = 0
    const lists = counts.map((count) => {
      const own = rows.slice(at, at + count)
      at += count
      return outs.map((bind, i) =>
        own.map((row) => {
          const value = fromEngine(row[i] ?? null, columns[i]?.type ?? 'text', bind.type)
          return bind.type === types.DB_TYPE_NUMBER && value !== null ? Number(value) : value
        }),
      )
    })
    return many ? lists : lists[0]
  }

  async commit() {
    await this.session.commit()
    this.#inTransaction = false
  }
  async rollback() {
    if (this.#dead) throw new OracleError(3113, 'end-of-file on communication channel')
    await this.session.rollback()
    this.#inTransaction = false
  }
  async close({ drop = false }: { drop?: boolean } = {}) {
    if (!this.#dead) await this.session.rollback().catch(() => {})
    this.#inTransaction = false
    // A dead session that is not dropped goes on to the next caller: whoever keeps it must be seen.
    this.giveBack(drop)
  }
  async ping() {}
  async breakExecution() {
    await this.session.cancel()
  }
  isHealthy() {
    return !this.#dead
  }
  setCallTimeout(milliseconds: number) {
    this.#callTimeout = milliseconds
  }
  getCallTimeout() {
    return this.#callTimeout
  }
  getTransactionInProgress() {
    return this.#inTransaction
  }
  getOracleServerVersion() {
    return 1_900_000_000
  }
  getOracleServerVersionString() {
    return '19.0.0.0.0'
  }
  setModule() {}
  setAction() {}
  setClientId() {}
  setClientInfo() {}
  getStmtCacheSize() {
    return 30
  }
  getTag() {
    return ''
  }
}

function kindOf(parsed: ParsedStatement): SentStatement['kind'] {
  return parsed.isQuery ? 'query' : parsed.isDml ? 'dml' : parsed.isDdl ? 'ddl' : 'other'
}

function valuesOf(binds: DriverBind[], row: number): BindValue[] {
  return binds.filter(({ dir }) => dir === BIND_IN).map(({ values, type }) => toBindValue(values[row], type))
}

/** What the server, or the part of the driver that we have replaced, refuses before anything runs. */
function check(sql: string, parsed: ParsedStatement, binds: DriverBind[], many: boolean) {
  if (/;\s*$/.test(sql) && !parsed.isPlSql) throw new OracleError(933, 'SQL command not properly ended')
  if (many && parsed.isQuery) errors.throwErr(errors.ERR_EXECMANY_NOT_ALLOWED_ON_QUERIES)
  if (parsed.bindInfoList.length !== binds.length) {
    errors.throwErr(errors.ERR_WRONG_NUMBER_OF_BINDS, parsed.bindInfoList.length, binds.length)
  }
  for (const { dir, type, values } of binds) {
    if (dir === BIND_IN && type === types.DB_TYPE_BOOLEAN) throw new OracleError(3115, 'unsupported network datatype or representation')
    const tooLong = (value: unknown) => typeof value === 'string' && Buffer.byteLength(value) > MAX_VARCHAR_BYTES
    if (type === types.DB_TYPE_VARCHAR && values.some(tooLong)) {
      throw new OracleError(1461, 'can bind a LONG value only for insert into a LONG column')
    }
  }
}

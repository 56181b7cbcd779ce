/** What a value is to the database. `instant` has a zone, `timestamp` has none; both are ISO 8601 text. */
export type ValueType = 'text' | 'number' | 'timestamp' | 'instant' | 'clob' | 'raw'

/** A value on its way to an engine, typed even when it is null, as Oracle's protocol has it. */
export interface BindValue {
  type: ValueType
  value: string | null
}

export interface EngineColumn {
  name: string
  type: ValueType
  precision?: number
  scale?: number
}

/** A statement as it was sent to Oracle, and what the driver's own parser has found out about it. */
export interface SentStatement {
  sql: string
  kind: 'query' | 'dml' | 'ddl' | 'other'
  /** `returning … into …`: the last so many binds are for values that come out. */
  outBinds: number
}

export interface EngineResult {
  /** Of a query, and of `returning`. Every value as text. */
  columns?: EngineColumn[]
  rows?: (string | null)[][]
  /** For each list of binds: rows changed, or rows answered. */
  counts: number[]
}

/** One session of an engine that stands in for Oracle. Rejects with an OracleError, as Oracle would say it. */
export interface Session {
  /** Runs the statement once for each list of binds. Stops at the first that fails; those before it stay done. */
  execute(statement: SentStatement, binds: BindValue[][], timeoutMs: number): Promise<EngineResult>
  commit(): Promise<void>
  rollback(): Promise<void>
  close(): Promise<void>
  /** Ends what runs in it now. */
  cancel(): Promise<void>
}

/** An error of the database server. It has no `code`: the driver sets that, and maps a lost session to NJS-500. */
export class OracleError extends Error {
  readonly errorNum: number
  readonly offset = 0
  constructor(errorNum: number, text: string) {
    super(`ORA-${String(errorNum).padStart(5, '0')}: ${text}`)
    this.errorNum = errorNum
  }
}

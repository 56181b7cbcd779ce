import { createRequire } from 'node:module'

/**
 * What the replaced wire needs of oracledb's inside. None of it is documented: oracledb is pinned exactly, and a test
 * fails when one of these is not where it was.
 */
export interface DbType {
  name: string
}

/** A bind as the driver's public half hands it down, checked and with a type. One value for each row of executeMany. */
export interface DriverBind {
  dir: number
  type: DbType
  maxSize: number
  values: unknown[]
}

export interface ExecuteOptions {
  autoCommit: boolean
  dmlRowCounts?: boolean
  maxRows: number
  connection: unknown
}

export interface ColumnMetadata {
  name: string
  dbType: DbType
  nullable: boolean
  precision?: number
  scale?: number
}

export interface ParsedStatement {
  _prepare(sql: string): void
  isQuery: boolean
  isDml: boolean
  isDdl: boolean
  isPlSql: boolean
  isReturning: boolean
  bindInfoList: { bindName: string }[]
}

// biome-ignore lint/suspicious/noExplicitAny: the base classes are untyped JavaScript.
type AnyClass = new (...args: any[]) => any

const require = createRequire(import.meta.url)
export const impl: { ConnectionImpl: AnyClass; PoolImpl: AnyClass; ResultSetImpl: AnyClass } = require('oracledb/lib/impl')
// Fills `impl` with the classes of Thin mode.
require('oracledb/lib/thin')

export const thin = { ...impl }
export const types: Record<string, DbType> & { DB_TYPE_CONVERSION_MAP: Map<DbType, Map<DbType, DbType>> } = require('oracledb/lib/types.js')
export const errors: Record<string, number> & { throwErr(number: number | undefined, ...args: unknown[]): never } =
  require('oracledb/lib/errors.js')
export const { Statement }: { Statement: new () => ParsedStatement } = require('oracledb/lib/thin/statement.js')

/** The abstract classes below those of Thin mode: everything in them is shared with the public half. */
export const baseOf = (thinClass: AnyClass): AnyClass => Object.getPrototypeOf(thinClass)

export function parseStatement(sql: string): ParsedStatement {
  const statement = new Statement()
  statement._prepare(sql)
  return statement
}

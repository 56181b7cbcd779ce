import type oracledb from 'oracledb'
import type { BindKind } from './columns.ts'

/** A longer text needs a temporary CLOB of its own; up to here it can be bound as VARCHAR2. */
const MAX_VARCHAR_BYTES = 32_767

/** The longest VARCHAR2 that a column can have, and so the longest that comes back into a bind. */
const MAX_COLUMN_BYTES = 4_000

/** oracledb's type for a kind. `bytes` is how long the longest text is. */
export function dbTypeOf(driver: typeof oracledb, kind: BindKind, bytes: number): oracledb.DbType {
  if (kind === 'int') return driver.DB_TYPE_NUMBER
  if (kind === 'time') return driver.DB_TYPE_TIMESTAMP
  return kind === 'longtext' && bytes > MAX_VARCHAR_BYTES ? driver.DB_TYPE_CLOB : driver.DB_TYPE_VARCHAR
}

export function textBytes(value: unknown): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : 0
}

/** The definition of an IN bind, for the longest of its values. */
export function inDefinition(driver: typeof oracledb, kind: BindKind, longest: number): oracledb.BindDefinition {
  const type = dbTypeOf(driver, kind, longest)
  return { dir: driver.BIND_IN, type, ...(type === driver.DB_TYPE_VARCHAR ? { maxSize: Math.max(longest, 1) } : {}) }
}

export function outDefinition(driver: typeof oracledb, kind: BindKind): oracledb.BindDefinition {
  const type = kind === 'longtext' ? driver.DB_TYPE_CLOB : dbTypeOf(driver, kind, 0)
  return { dir: driver.BIND_OUT, type, ...(type === driver.DB_TYPE_VARCHAR ? { maxSize: MAX_COLUMN_BYTES } : {}) }
}

/**
 * oracledb writes and reads a TIMESTAMP by the wall clock of this process. Ours are in UTC, so the Date that it gets is
 * one whose wall clock shows the UTC time. `checkTimeZone` keeps zones out that skip hours.
 */
export function toWallClock(value: unknown): unknown {
  if (!(value instanceof Date)) return value
  const [year, month, day] = [value.getUTCFullYear(), value.getUTCMonth(), value.getUTCDate()]
  return new Date(year, month, day, value.getUTCHours(), value.getUTCMinutes(), value.getUTCSeconds(), value.getUTCMilliseconds())
}

export function fromWallClock(wall: Date | null): Date | null {
  if (wall === null) return null
  const [year, month, day] = [wall.getFullYear(), wall.getMonth(), wall.getDate()]
  return new Date(Date.UTC(year, month, day, wall.getHours(), wall.getMinutes(), wall.getSeconds(), wall.getMilliseconds()))
}

/** What a value that came out of a bind is to a query. */
export async function fromOutBind(value: unknown, kind: BindKind): Promise<unknown> {
  if (value === null || value === undefined) return null
  if (kind === 'time') return fromWallClock(value as Date)
  if (kind === 'longtext') return await (value as oracledb.Lob).getData()
  return value
}

/** Columns of a query: CLOBs come as text, times in UTC. Numbers stay below 2^53, so that oracledb's own reading is right. */
export function fetchTypeHandler(driver: typeof oracledb) {
  return ({ dbType }: { dbType?: unknown }): oracledb.FetchTypeResponse | undefined => {
    if (dbType === driver.DB_TYPE_CLOB) return { type: driver.DB_TYPE_VARCHAR }
    if (dbType === driver.DB_TYPE_TIMESTAMP) return { converter: (wall) => fromWallClock(wall as Date | null) }
    return undefined
  }
}

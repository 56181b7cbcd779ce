import type { BindValue, ValueType } from '../session.ts'
import { type DbType, types } from './driver-internals.ts'

const { DB_TYPE_NUMBER, DB_TYPE_DATE, DB_TYPE_TIMESTAMP, DB_TYPE_TIMESTAMP_TZ, DB_TYPE_TIMESTAMP_LTZ } = types
const VALUE_TYPES = new Map<DbType | undefined, ValueType>([
  [DB_TYPE_NUMBER, 'number'],
  [types.DB_TYPE_BINARY_DOUBLE, 'number'],
  [types.DB_TYPE_BINARY_FLOAT, 'number'],
  [DB_TYPE_DATE, 'timestamp'],
  [DB_TYPE_TIMESTAMP, 'timestamp'],
  [DB_TYPE_TIMESTAMP_TZ, 'instant'],
  [DB_TYPE_TIMESTAMP_LTZ, 'instant'],
  [types.DB_TYPE_CLOB, 'clob'],
  [types.DB_TYPE_NCLOB, 'clob'],
  [types.DB_TYPE_RAW, 'raw'],
  [types.DB_TYPE_BLOB, 'raw'],
])

const COLUMN_TYPES: Record<ValueType, DbType | undefined> = {
  text: types.DB_TYPE_VARCHAR,
  number: DB_TYPE_NUMBER,
  timestamp: DB_TYPE_TIMESTAMP,
  instant: DB_TYPE_TIMESTAMP_TZ,
  clob: types.DB_TYPE_CLOB,
  raw: types.DB_TYPE_RAW,
}

export const columnType = (type: ValueType) => COLUMN_TYPES[type] as DbType

/** What the driver would write to the network: above all, the wall clock of this machine for DATE and TIMESTAMP. */
export function toBindValue(value: unknown, dbType: DbType): BindValue {
  const type = VALUE_TYPES.get(dbType) ?? 'text'
  if (value === null || value === undefined) return { type, value: null }
  if (value instanceof Date) return { type, value: type === 'timestamp' ? wallClock(value) : value.toISOString() }
  if (Buffer.isBuffer(value)) return { type, value: value.toString('base64') }
  // To Oracle the empty string is null.
  return { type, value: String(value) === '' ? null : String(value) }
}

function wallClock(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, -1)
}

/**
 * What the driver would read from the network for a column or an OUT bind of this type. A TIMESTAMP is read as this
 * machine's wall clock; asked for as TIMESTAMP WITH LOCAL TIME ZONE, the server takes it for one of the session's zone.
 */
export function fromEngine(text: string | null, stored: ValueType, wanted: DbType): unknown {
  if (text === null) return null
  if (stored === 'raw') return Buffer.from(text, 'base64')
  if (stored === 'instant') return new Date(text)
  if (stored === 'timestamp') {
    const asIfUtc = new Date(`${text.slice(0, 23)}Z`)
    if (wanted === DB_TYPE_TIMESTAMP || wanted === DB_TYPE_DATE) return new Date(text.slice(0, 23))
    return new Date(asIfUtc.getTime() - SESSION_OFFSET_MINUTES * 60_000)
  }
  return text
}

/** Nobody sets a zone for our sessions: it is the server's, and one that nobody would take for UTC. */
export const SESSION_OFFSET_MINUTES = 345

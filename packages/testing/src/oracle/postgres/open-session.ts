import pg from 'pg'
import { type Rewrite, rewritten } from '../rewrite.ts'
import { type BindValue, type EngineColumn, type EngineResult, OracleError, type Session, type ValueType } from '../session.ts'
import { toOracleError } from './oracle-error.ts'
import { POSTGRES_REWRITES } from './rewrites.ts'

const STATEMENT = '__statement'

/**
 * A session on a PostgreSQL database with orafce. As in Oracle, a statement that fails undoes itself and leaves the
 * transaction alive: a savepoint before each.
 */
export async function openPostgresSession(port: number, database: string, rewrites = POSTGRES_REWRITES): Promise<Session> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    database,
    user: 'lifeline',
    types: { getTypeParser: () => (text: unknown) => text },
  })
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    throw new OracleError(12514, `TNS:listener does not currently know of service requested: ${error}`)
  }
  await client.query(`set search_path = public, oracle, pg_catalog; set time zone 'Asia/Kathmandu'; set statement_timeout = 0`)
  let inTransaction = false
  const begin = async () => {
    if (!inTransaction) await client.query('begin')
    inTransaction = true
  }
  const end = (how: 'commit' | 'rollback') => async () => {
    if (inTransaction) await client.query(how)
    inTransaction = false
  }
  return {
    async execute({ sql }, binds, timeoutMs) {
      if (/^\s*alter session\b/i.test(sql)) {
        await client.query(rewritten(sql, rewrites, []))
        return { counts: [0] }
      }
      await begin()
      if (/^\s*(set transaction|savepoint|rollback to)\b/i.test(sql)) {
        await client.query(sql)
        return { counts: [0] }
      }
      await client.query(`savepoint ${STATEMENT}; set local statement_timeout = ${timeoutMs}; set local lock_timeout = ${waitMs(sql)}`)
      try {
        const result = await runEach(client, rewrites, sql, binds)
        await client.query(`release savepoint ${STATEMENT}`)
        return result
      } catch (error) {
        await client.query(`rollback to savepoint ${STATEMENT}`).catch(() => {})
        throw toOracleError(error)
      }
    },
    commit: end('commit'),
    rollback: end('rollback'),
    close: () => client.end(),
    async cancel() {
      const other = new pg.Client({ host: '127.0.0.1', port, database, user: 'lifeline' })
      await other.connect()
      await other.query('select pg_cancel_backend($1)', [(client as unknown as { processID: number }).processID])
      await other.end()
    },
  }
}

/** `for update wait 5` is a lock timeout there; 0 waits for ever, as Oracle does. */
function waitMs(sql: string): number {
  return Number(/\bfor update wait (\d+)/i.exec(sql)?.[1] ?? 0) * 1000
}

async function runEach(client: pg.Client, rewrites: readonly Rewrite[], sql: string, binds: BindValue[][]): Promise<EngineResult> {
  const text = rewritten(sql, rewrites, binds[0] ?? [])
  const result: EngineResult = { counts: [] }
  for (const values of binds) {
    const answer = await client.query({ text, values: values.map(parameter), rowMode: 'array' })
    result.counts.push(answer.rowCount ?? 0)
    if (answer.fields.length === 0) continue
    const columns = answer.fields.map(toColumn)
    result.columns = columns
    const rows = (answer.rows as (string | null)[][]).map((row) => row.map((value, i) => textOf(value, columns[i]?.type)))
    result.rows = [...(result.rows ?? []), ...rows]
  }
  return result
}

function parameter({ type, value }: BindValue): string | Buffer | null {
  return type === 'raw' && value !== null ? Buffer.from(value, 'base64') : value
}

const TYPES: Record<number, ValueType> = {
  16: 'number', 20: 'number', 21: 'number', 23: 'number', 700: 'number', 701: 'number', 1700: 'number',
  25: 'clob', 17: 'raw', 1082: 'timestamp', 1114: 'timestamp', 1184: 'instant',
} // biome-ignore format: a table of OIDs

function toColumn({ name, dataTypeID }: pg.FieldDef): EngineColumn {
  return { name, type: TYPES[dataTypeID] ?? 'text' }
}

/** Instants in PostgreSQL's own spelling become ISO 8601. */
function textOf(value: string | null, type: ValueType | undefined): string | null {
  if (value === null) return null
  if (type === 'timestamp') return value.includes(' ') ? value.replace(' ', 'T') : `${value}T00:00:00`
  if (type === 'instant') return value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
  if (type === 'raw') return Buffer.from(value.slice(2), 'hex').toString('base64')
  return value
}

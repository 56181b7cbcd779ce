import { rewritten } from '../rewrite.ts'
import { type EngineColumn, type EngineResult, OracleError, type Session, type ValueType } from '../session.ts'
import { connectToH2, type H2Reply } from './line-client.ts'
import { toOracleError } from './oracle-error.ts'
import { H2_REWRITES } from './rewrites.ts'

const ISOLATION: Record<string, number> = { serializable: 8, 'read committed': 2 }

/** A session on one of the databases of the run's H2 server. */
export async function openH2Session(port: number, database: string, rewrites = H2_REWRITES): Promise<Session> {
  const client = await connectToH2(port)
  const ask = async (request: Record<string, unknown>): Promise<H2Reply> => {
    const reply = await client.send(request)
    if (reply.error === undefined) return reply
    throw reply.error.state === '23505' ? await notUnique(reply.error) : toOracleError(reply.error, () => undefined)
  }
  const notUnique = async (error: NonNullable<H2Reply['error']>) => {
    const sql = 'select "INDEX_NAME", "CONSTRAINT_NAME" from information_schema.table_constraints where index_name is not null'
    const { rows = [] } = await client.send({ op: 'execute', sql, binds: [[]] })
    return toOracleError(error, (index) => rows.find(([name]) => name === index)?.[1] ?? undefined)
  }
  const opened = await client.send({ op: 'open', database })
  if (opened.error !== undefined) {
    client.end()
    throw new OracleError(12514, `TNS:listener does not currently know of service requested: ${opened.error.message}`)
  }
  return {
    async execute({ sql }, binds, timeoutMs): Promise<EngineResult> {
      const transaction = /^\s*set transaction (?:isolation level (?<level>[\w ]+?)|read only)\s*$/i.exec(sql)
      if (transaction !== null) {
        const level = transaction.groups?.level?.toLowerCase()
        if (level !== undefined) await ask({ op: 'isolation', level: ISOLATION[level] })
        return { counts: [0] }
      }
      const seconds = timeoutMs === 0 ? null : Math.ceil(timeoutMs / 1000)
      const reply = await ask({ op: 'execute', sql: rewritten(sql, rewrites, binds[0] ?? []), binds, seconds })
      const { counts = [], columns, rows } = reply
      return columns === undefined ? { counts } : { counts, columns: columns.map(toColumn), rows: rows ?? [] }
    },
    async commit() {
      await ask({ op: 'commit' })
      await ask({ op: 'isolation', level: ISOLATION['read committed'] })
    },
    async rollback() {
      await ask({ op: 'rollback' })
      await ask({ op: 'isolation', level: ISOLATION['read committed'] })
    },
    async close() {
      client.end()
    },
    async cancel() {
      const other = await connectToH2(port)
      await other.send({ op: 'cancel', session: opened.session })
      other.end()
    },
  }
}

const TYPES: readonly [RegExp, ValueType][] = [
  [/LARGE OBJECT|CLOB/, 'clob'],
  [/BINARY|RAW|BLOB/, 'raw'],
  [/TIMESTAMP.* WITH TIME ZONE/, 'instant'],
  [/TIMESTAMP|DATE/, 'timestamp'],
  [/NUM|DEC|INT|REAL|DOUBLE|FLOAT/, 'number'],
]

function toColumn({ name, type, precision, scale }: NonNullable<H2Reply['columns']>[number]): EngineColumn {
  const found = /^BINARY LARGE|BLOB/.test(type)
    ? 'raw'
    : /INTERVAL/.test(type)
      ? 'text'
      : TYPES.find(([pattern]) => pattern.test(type))?.[1]
  return { name, type: found ?? 'text', precision, scale }
}

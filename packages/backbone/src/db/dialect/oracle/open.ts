import { DomainError } from '../../errors.ts'
import type { PooledDialect } from '../pool-counts.ts'
import { OracleAdapter } from './adapter.ts'
import { OracleQueryCompiler } from './compile.ts'
import { OracleDriver } from './driver.ts'
import { OracleIntrospector } from './introspect.ts'
import { checkTimeZone } from './time-zone.ts'

export interface OracleAddress {
  user: string
  password: string
  /** As the driver wants it: `host:1521/service`, with `tcps://` in front for TLS. */
  connectString: string
}

const PORTS: Readonly<Record<string, string>> = { 'oracle:': '1521', 'oracles:': '2484' }

/** Reads `oracle://user:password@host:1521/service`; `oracles://` is the same over TLS. Throws `bad_config`. */
export function oracleAddress(url: string): OracleAddress {
  const parsed = URL.parse(url)
  const port = PORTS[parsed?.protocol ?? '']
  const { hostname = '', pathname = '', search = '' } = parsed ?? {}
  const [user, password] = [decoded(parsed?.username), decoded(parsed?.password)]
  const missing = { user, password, host: hostname, service: pathname.slice(1) }
  const absent = Object.entries(missing).flatMap(([name, text]) => (text === '' ? [name] : []))
  if (parsed === null || port === undefined || absent.length > 0) {
    const why = parsed === null || port === undefined ? '' : `; it has no ${absent.join(' and no ')}`
    throw new DomainError('bad_config', `DATABASE_URL must be oracle://user:password@host:1521/service${why}.`)
  }
  const scheme = parsed.protocol === 'oracles:' ? 'tcps://' : ''
  return {
    user,
    password,
    connectString: `${scheme}${hostname}:${parsed.port || port}${pathname}${search}`,
  }
}

function decoded(text = ''): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new DomainError('bad_config', 'DATABASE_URL has a % in its user or password that is not the start of %XX: write it as %25.')
  }
}

/**
 * A pool on an Oracle database, 19c or later. It opens connections one at a time and keeps them all, because opening many
 * at once is what a busy server can bear least; a caller waits five seconds for one, then gets DatabaseUnavailableError.
 */
export function oracleDialect(
  url: string,
  { connections, onError }: { connections: number; onError: (error: Error) => void },
): PooledDialect {
  const address = oracleAddress(url)
  checkTimeZone()
  const driver = new OracleDriver(
    {
      ...address,
      // Not `poolMax`, as one would for a pool of a fixed size: below its minimum the Thin pool of oracledb 26 tries again without a
      // pause, whether somebody asks or not. Against a server that refused it made 3,000 logins a second, and locked the user.
      poolMin: 0,
      poolMax: connections,
      poolIncrement: 1,
      poolTimeout: 0,
      queueTimeout: 5_000,
      connectTimeout: 5,
      // Minutes between probes, so that a firewall does not forget an idle connection.
      expireTime: 2,
      // Ours are few and known; each is parsed once a session.
      stmtCacheSize: 100,
    },
    onError,
  )
  return {
    createDriver: () => driver,
    createAdapter: () => new OracleAdapter(),
    createIntrospector: (db) => new OracleIntrospector(db),
    createQueryCompiler: () => new OracleQueryCompiler(),
    poolCounts: () => driver.counts(),
  }
}

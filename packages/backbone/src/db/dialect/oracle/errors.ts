import { DatabaseRefusedError, DatabaseUnavailableError, DeadlockError, DomainError, NotUniqueError } from '../../errors.ts'

const UNIQUE_VIOLATED = 1
/** A deadlock, or a serializable transaction that another one has overtaken: the same work may succeed when run again. */
const RUN_AGAIN: ReadonlySet<number> = new Set([60, 8177])
const SESSION_LOST: ReadonlySet<number> = new Set([28, 600, 1012, 3113, 3114, 3135, 12537, 12547, 12570, 12571, 25408])
/** oracledb's own words for the same, which it puts before Oracle's. */
const SESSION_LOST_CODES: ReadonlySet<string> = new Set(['NJS-003', 'NJS-500', 'NJS-501', 'NJS-513', 'NJS-521'])
/** Starting, stopping, full, too busy, or cancelled because it took too long. */
const UNAVAILABLE: ReadonlySet<number> = new Set([
  18, 20, 54, 257, 1013, 1033, 1034, 1089, 1090, 1109, 1536, 1652, 1653, 1654, 1691, 2391, 12516, 12518, 12519, 12520, 12541, 12543, 16000,
  30006,
])
/** No connection: not established in time, refused, unknown host, none free in the pool; or a call that took too long. */
const UNAVAILABLE_CODES: ReadonlySet<string> = new Set(['NJS-040', 'NJS-076', 'NJS-123', 'NJS-503', 'NJS-510', 'NJS-511', 'NJS-530'])
/** What a migration's step says when it was done before, but not recorded: DDL commits by itself. */
const MADE_BEFORE: ReadonlySet<number> = new Set([955, 1430, 1442, 2260, 2261, 2264, 2275])
const GONE_BEFORE: ReadonlySet<number> = new Set([904, 942, 1418, 2289, 2443])

/** Words for whoever has to set DATABASE_URL right, by ORA or NJS number. */
const REFUSALS: Readonly<Record<string, string>> = {
  'ORA-01017': 'The database knows no such user and password: look at DATABASE_URL.',
  'ORA-01005': 'The database asks for a password: DATABASE_URL is oracle://user:password@host:1521/service.',
  'ORA-01045': 'The database user may not log in: grant it CREATE SESSION.',
  'ORA-01031': 'The database user lacks a right: sql/README.md lists what it needs.',
  'ORA-01950': 'The database user has no room for its tables: give it a quota on its tablespace.',
  'ORA-28000': 'The database user is locked.',
  'ORA-28001': 'The password of the database user has expired.',
  'ORA-12514': 'The listener knows no such service: look at DATABASE_URL, or wait until the database has started.',
  'ORA-12505': 'The listener knows no such database: DATABASE_URL must name a service, not a SID.',
  'NJS-116': 'The password of the database user is stored in a form too old for this driver: set it again.',
  'NJS-138': 'The database is older than this driver can talk to: Lifeline needs Oracle 19c or later.',
  'NJS-506':
    'TLS with the database failed: oracles:// needs a port that speaks it, a certificate for the host in DATABASE_URL, and its CA in NODE_EXTRA_CA_CERTS.',
  'NJS-515': 'The driver cannot read the host or the service in DATABASE_URL; each has at least two letters or digits.',
  'NJS-533':
    'The server requires Native Network Encryption, which this driver cannot do: let it accept TLS (oracles://user:password@host:2484/service), or unencrypted connections.',
}
/** Other numbers that mean the same. */
const SAME_REFUSAL: Readonly<Record<string, string>> = {
  'NJS-505': 'NJS-506',
  'NJS-507': 'NJS-506',
  'NJS-508': 'NJS-506',
  'NJS-512': 'NJS-515',
  'NJS-514': 'NJS-515',
  'NJS-518': 'ORA-12514',
  'NJS-519': 'ORA-12505',
  'ORA-12660': 'NJS-533',
  'ORA-12650': 'NJS-533',
}

/** Whether nothing more can be done on the connection that said this. */
export function isSessionLost(error: unknown): boolean {
  const { code, number } = identify(error)
  return SESSION_LOST_CODES.has(code) || SESSION_LOST.has(number)
}

/** Names what Oracle and oracledb mean; anything else comes back as it was. */
export function oracleError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DomainError) return error
  const { code, number } = identify(error)
  if (number === UNIQUE_VIOLATED) return new NotUniqueError(constraintIn(error.message), error)
  if (RUN_AGAIN.has(number)) return new DeadlockError(error)
  const refusal = REFUSALS[SAME_REFUSAL[code] ?? code] ?? REFUSALS[SAME_REFUSAL[oraCode(number)] ?? oraCode(number)]
  if (refusal !== undefined) return new DatabaseRefusedError(refusal, error)
  const away = isSessionLost(error) || UNAVAILABLE_CODES.has(code) || UNAVAILABLE.has(number)
  return away ? new DatabaseUnavailableError(error) : error
}

/** Whether a step of a migration failed because an earlier run had done it and died before it could record it. */
export function isDoneBefore(error: unknown, statement: string): boolean {
  const { number } = identify(error)
  return MADE_BEFORE.has(number) || (/^\s*(drop|alter[^;]*\bdrop)\b/i.test(statement) && GONE_BEFORE.has(number))
}

const oraCode = (number: number) => `ORA-${String(number).padStart(5, '0')}`

/** `code` is NJS-… where oracledb says it in its own words; `number` is Oracle's, or 0. */
function identify(error: unknown): { code: string; number: number } {
  if (!(error instanceof Error)) return { code: '', number: 0 }
  const { code = '', errorNum = 0, message } = error as Error & { code?: string; errorNum?: number }
  const inCode = /^ORA-(\d{5})$/.exec(code)?.[1]
  // NJS-503 and NJS-511 carry the listener's own error behind theirs.
  const inMessage = code.startsWith('NJS-') ? /\bORA-(\d{5})\b/.exec(message)?.[1] : undefined
  return { code, number: errorNum || Number(inCode ?? inMessage ?? 0) }
}

/** `ORA-00001: unique constraint (LIFELINE.tasks_external_ref_key) violated`: the name without its owner. */
function constraintIn(message: string): string {
  return (/\((?:[^().]*\.)?([^().]+)\)/.exec(message)?.[1] ?? '').toLowerCase()
}

import { DatabaseRefusedError, DatabaseUnavailableError, DeadlockError, NotUniqueError } from '../errors.ts'

// 57014 is our own statement_timeout: the database is too busy to answer.
const LOST_CONNECTION = /^(08|57P0|57014|53)|^(ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN)/
const LOST_MESSAGE = /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/

/** Words for whoever has to set DATABASE_URL, or the server, right: by SQLSTATE, and by what pg says itself. */
const REFUSALS: Readonly<Record<string, string>> = {
  '28P01': 'The database knows no such user and password: look at DATABASE_URL.',
  '28000': 'The database does not let this user in from here: look at the user in DATABASE_URL, and at pg_hba.conf.',
  '3D000': 'The server has no such database: look at DATABASE_URL, or create it.',
  '42501': 'The database user has no right to do this: grant it, or look at the user in DATABASE_URL.',
}
const REFUSED_MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/^SASL: .*password/, 'The database asks for a password: DATABASE_URL is postgres://user:password@host:5432/database.'],
  [
    /does not support SSL connections/,
    'The server does not speak TLS: take sslmode out of DATABASE_URL, or give the server a certificate.',
  ],
]
/** Node's codes for a certificate that it does not take. */
const UNTRUSTED = /CERT|^UNABLE_TO_/

/** Names what PostgreSQL and PGlite mean; anything else comes back as it was. */
export function postgresError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code = '', constraint = '' } = error as Error & { code?: string; constraint?: string }
  if (code === '23505') return new NotUniqueError(constraint, error)
  if (code === '40P01' || code === '40001') return new DeadlockError(error)
  const refusal = refusalOf(code, error.message)
  if (refusal !== undefined) return new DatabaseRefusedError(refusal, error)
  if (LOST_CONNECTION.test(code) || LOST_MESSAGE.test(error.message)) return new DatabaseUnavailableError(error)
  return error
}

function refusalOf(code: string, message: string): string | undefined {
  if (UNTRUSTED.test(code)) return 'The certificate of the database server is not trusted: name its CA with NODE_EXTRA_CA_CERTS.'
  return REFUSALS[code] ?? REFUSED_MESSAGES.find(([words]) => words.test(message))?.[1]
}

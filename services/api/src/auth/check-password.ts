import { hasLoggedInFrom } from '@lifeline/backbone/db/sessions/find-sessions'
import type { UserRow } from '@lifeline/backbone/db/users/user'
import { counter } from '@lifeline/backbone/process/metrics'
import { invalid, RequestError } from '../problem.ts'
import type { Accounts } from './accounts.ts'
import { isPassword, NOBODYS_HASH } from './hash-password.ts'

const checks = counter(
  'passwords_checked_total',
  'Passwords that were given, by whether they were right, wrong, or not looked at any more.',
  ['outcome'],
)

const FAMILIAR_MS = 30 * 86_400_000
const NOBODY = '00000000-0000-0000-0000-000000000000'

interface Claim {
  /** Whose password it is said to be, as `emailKey` writes it. */
  emailKey: string
  user: UserRow | undefined
  password: string
  /** Where it came from. */
  address: string
}

/**
 * Answers the user when the password is right; else 401, or 429 before any hashing when too many were wrong. It takes as
 * long, and counts as much, when there is no such user. Wrong ones from addresses that have never logged in as this user
 * are counted together, so that many machines have no more tries than one; an address that has is counted by itself, so
 * that its owner gets in while others try.
 */
export async function checkPassword({ db, attempts }: Accounts, { emailKey, user, password, address }: Claim): Promise<UserRow> {
  const since = new Date(Date.now() - FAMILIAR_MS)
  const isFamiliar = await hasLoggedInFrom(db, user?.id ?? NOBODY, address, since)
  const bucket = isFamiliar ? `${emailKey} ${address}` : emailKey
  const mayTry = () => refuseTooMany(attempts.waitMs(bucket))
  mayTry()
  // Others may have been wrong while this one waited in line.
  const isRight = await isPassword(password, user?.password_hash ?? NOBODYS_HASH, mayTry)
  if (!isRight || user === undefined || user.password_hash === null) {
    attempts.count(bucket)
    checks.inc({ outcome: 'wrong' })
    throw new RequestError('unauthorized', 'The e-mail address or the password is wrong.')
  }
  if (isFamiliar) attempts.clear(bucket)
  checks.inc({ outcome: 'right' })
  return user
}

/** The same for somebody who is known already, so that only this value of the body is wrong: 422 instead of 401. */
export async function provePassword(
  accounts: Accounts,
  user: UserRow,
  { pointer, password, address }: { pointer: string; password: string; address: string },
) {
  try {
    return await checkPassword(accounts, { emailKey: user.email_key ?? '', user, password, address })
  } catch (error) {
    if ((error as { code?: string }).code !== 'unauthorized') throw error
    throw invalid([{ in: 'body', pointer, detail: 'is not the password of this account' }])
  }
}

function refuseTooMany(waitMs: number | undefined) {
  if (waitMs === undefined) return
  checks.inc({ outcome: 'refused' })
  throw tooManyAttempts('Too many wrong passwords for this account; wait, or ask for a new password.', waitMs)
}

export function tooManyAttempts(detail: string, waitMs: number): RequestError {
  return new RequestError('too_many_attempts', detail, { headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } })
}

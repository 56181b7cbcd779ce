import { timingSafeEqual } from 'node:crypto'
import { emailKey, type UserRow } from './db/users/user.ts'
import type { Secrets } from './process/secrets.ts'

/** What a link in a mail is for. */
export type LinkPurpose = 'verify' | 'reset'

const HOUR_MS = 3_600_000
/** How long a link works, from when its mail was ordered. An invitation is read later than a mail one is waiting for. */
export const LINK_MS = { verify: 24 * HOUR_MS, reset: HOUR_MS, invitation: 7 * 24 * HOUR_MS } as const

/** What a link is for, beside its user: it works while this is so, and so only once. `passwordAt` is the user's, as ISO text. */
export interface LinkState {
  userId: string
  email: string
  passwordAt: string | null
}

/**
 * The token in a link: `<user id, 32 hex>.<expiry in seconds, base 36>.<mac>`. It is stored nowhere: made when the mail is
 * written, and checked against the user as they are when it comes back.
 */
export function makeLinkToken(secrets: Secrets, purpose: LinkPurpose, state: LinkState, expiresAt: Date): string {
  const seconds = Math.floor(expiresAt.getTime() / 1_000).toString(36)
  return `${state.userId.replaceAll('-', '')}.${seconds}.${macOf(secrets, purpose, state, seconds)}`
}

const TOKEN = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})\.([0-9a-z]{1,9})\.([\w-]{43})$/

/** The user that a token claims to be for; undefined when it is none of ours. */
export function userOfLinkToken(token: string): string | undefined {
  return TOKEN.exec(token)?.slice(1, 6).join('-')
}

/** Whether the token was made for this user as they are now, and is not too old (machine time). */
export function isLinkToken(secrets: Secrets, purpose: LinkPurpose, token: string, user: UserRow, machineNow: Date): boolean {
  const [seconds = '', mac = ''] = TOKEN.exec(token)?.slice(6) ?? []
  if (user.email_key === null || Number.parseInt(seconds, 36) * 1_000 <= machineNow.getTime()) return false
  const state = { userId: user.id, email: user.email_key, passwordAt: user.password_at?.toISOString() ?? null }
  const expected = Buffer.from(macOf(secrets, purpose, state, seconds))
  return mac.length === expected.length && timingSafeEqual(Buffer.from(mac), expected)
}

function macOf(secrets: Secrets, purpose: LinkPurpose, { userId, email, passwordAt }: LinkState, seconds: string): string {
  // A verified address stays verified when the password changes.
  const state = purpose === 'reset' ? [userId, emailKey(email), passwordAt, seconds] : [userId, emailKey(email), seconds]
  return secrets.mac(`link ${purpose}`, JSON.stringify(state))
}

import { hash, randomBytes } from 'node:crypto'
import type { Secrets } from '@lifeline/backbone/process/secrets'

/** `llr_<session id, 32 hex>_<secret>`. The database has only hashes of them. */
export function newRefreshToken(sessionId: string): string {
  return `llr_${sessionId.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`
}

const HEAD = 'llr_'.length + 32 + '_'.length
const TOKEN = /^llr_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[\w-]{43}$/

/** The session that a token claims to be of; undefined when it has another shape. */
export function sessionOf(token: string): string | undefined {
  return TOKEN.exec(token)?.slice(1).join('-')
}

/** What replaces a token: the same whoever asks and however often, though only hashes are stored. */
export function successorOf(token: string, secrets: Secrets): string {
  return token.slice(0, HEAD) + secrets.mac('refresh', token)
}

export const tokenHash = (token: string) => hash('sha256', token)

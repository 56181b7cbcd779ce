import { hash, timingSafeEqual } from 'node:crypto'
import { keyIdOf } from '@lifeline/backbone/db/keys/key-text'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Log } from '@lifeline/backbone/process/log'
import { ConfigError } from '@lifeline/backbone/process/read-config'
import { LRUCache } from 'lru-cache'
import type { AccessTokens } from '../auth/access-tokens.ts'
import { RequestError } from '../problem.ts'
import { MAX_REMEMBERED, makeCredentialCache, REMEMBERED_MS } from './credential-cache.ts'
import { makeKeyUses } from './key-uses.ts'
import { loadKey, type StoredKey } from './load-key.ts'
import { type Principal, systemPrincipal } from './principal.ts'

/** What stands behind access tokens. */
export interface Tokens extends Pick<AccessTokens, 'verify'> {
  /** Who the session is, now; undefined when it has ended. */
  loadSession(db: Db, sessionId: string): Promise<Principal | undefined>
}

export interface BearerOptions {
  db: Db
  /** `llk_<id>_<secret>`, each a key of the system that may do everything. */
  apiKeys: readonly string[]
  tokens: Tokens
  log: Log
}

const KEY = /^llk_([A-Za-z0-9]{1,50})_[A-Za-z0-9_-]{16,200}$/
const UNKNOWN_KEY = 'This API key is not known here.'

const sha256 = (text: string) => hash('sha256', text, 'buffer')

/** Compared with when the id is unknown, so that an unknown id takes as long as a wrong secret. */
const NO_HASH = sha256('')

/** Finds out who a bearer's text is. What it stands for is remembered for seconds, and so is that a token is right; the secret of a key is compared every time. */
export function readBearers({ db, apiKeys, tokens, log }: BearerOptions) {
  const system = new Map(apiKeys.map(parseKey))
  const uses = makeKeyUses(db, log)
  const cache = makeCredentialCache<{ key?: StoredKey | undefined; session?: Principal | undefined }>(async (name) => {
    const id = name.slice(name.indexOf(':') + 1)
    return name.startsWith('key:') ? { key: await loadKey(db, id) } : { session: await tokens.loadSession(db, id) }
  })

  // As long as the rest is believed; one that is refused is verified each time.
  const verified = new LRUCache<string, string>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS })

  async function ofKey(text: string): Promise<Principal> {
    const id = KEY.exec(text)?.[1] ?? ''
    const ours = system.get(id)
    if (ours !== undefined) {
      if (!timingSafeEqual(sha256(text), ours.hash)) throw unauthorized(UNKNOWN_KEY)
      return ours.principal
    }
    const keyId = keyIdOf(id)
    const { key } = keyId === undefined ? {} : await cache.find(`key:${keyId}`)
    const isRight = timingSafeEqual(sha256(text), key?.hash ?? NO_HASH)
    if (keyId === undefined || key === undefined || !isRight) throw unauthorized(UNKNOWN_KEY)
    if (typeof key.leadsTo === 'string') throw unauthorized(key.leadsTo)
    if (key.expiresAt !== null && key.expiresAt <= new Date()) throw unauthorized('This API key has expired.')
    uses.note(keyId)
    return key.leadsTo
  }

  /** Which session a token names. To verify a signature takes longer than all the rest of reading a task. */
  async function sessionOf(text: string): Promise<string> {
    const digest = sha256(text).toString('base64')
    const known = verified.get(digest)
    if (known !== undefined) return known
    const { sessionId } = await tokens.verify(text)
    verified.set(digest, sessionId)
    return sessionId
  }

  async function ofToken(text: string): Promise<Principal> {
    const sessionId = await sessionOf(text)
    const { session } = await cache.find(`session:${sessionId}`)
    if (session === undefined) throw unauthorized('This session is over; log in again.')
    return session
  }

  return {
    principalOf: (text: string) => (text.startsWith('llk_') ? ofKey(text) : ofToken(text)),
    /** After a change of users, sessions or keys by this process: it takes effect at once here, within seconds elsewhere. */
    forget: cache.forget,
    close: uses.close,
  }
}

/** From here on only the hash of a key stays in memory. Throws ConfigError when the key has another shape. */
function parseKey(key: string): [id: string, known: { hash: Buffer; principal: Principal }] {
  const id = KEY.exec(key)?.[1]
  if (id === undefined) throw new ConfigError('An API key must be llk_<id>_<secret>, with a secret of at least 16 letters and digits.')
  return [id, { hash: sha256(key), principal: systemPrincipal(`key:${id}`) }]
}

export const unauthorized = (detail: string) => new RequestError('unauthorized', detail)

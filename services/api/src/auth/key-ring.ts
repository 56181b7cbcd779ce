import type { Db } from '@lifeline/backbone/db/schema'
import { listSigningKeys, type SigningKey } from '@lifeline/backbone/db/signing-keys/signing-keys'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import { openSigningKey, rotateSigningKey } from '@lifeline/backbone/signing-keys'
import { type CryptoKey, importJWK } from 'jose'

/** How long a process goes on signing with a key that was replaced. Much less than an hour, after which a replaced key goes. */
const MAX_AGE_MS = 5 * 60_000
/** An unknown `kid` may be that of a key made a moment ago, or made up: looked up so often at most. */
const RELOAD_MS = 1_000

interface Ring {
  at: number
  keys: readonly SigningKey[]
  verifiers: ReadonlyMap<string, CryptoKey>
}

export interface KeyRing {
  /** The newest key, with its private half. */
  signer(): Promise<{ kid: string; key: CryptoKey }>
  /** The public half of a key, or undefined when there is none of that name. */
  verifier(kid: string): Promise<CryptoKey | undefined>
  /** JWKs (RFC 7517), public halves only. */
  list(): Promise<object[]>
}

/** The ring of signing keys in the database, kept here for a while. The first key is made when it is needed. */
export function makeKeyRing(db: Db, secrets: Secrets): KeyRing {
  let ring: Ring | undefined
  let loading: Promise<Ring> | undefined
  let signing: { kid: string; key: CryptoKey } | undefined

  async function load(): Promise<Ring> {
    const found = await listSigningKeys(db)
    const keys = found.length > 0 ? found : [await rotateSigningKey(db, secrets, new Date())]
    const verifiers = new Map(await Promise.all(keys.map(async ({ kid, publicJwk }) => [kid, await importKey(publicJwk)] as const)))
    ring = { at: Date.now(), keys, verifiers }
    return ring
  }

  /** The ring, not older than `maxAgeMs`. Whoever asks while it is loaded waits for the same. */
  async function ringOf(maxAgeMs: number): Promise<Ring> {
    if (ring !== undefined && Date.now() - ring.at < maxAgeMs) return ring
    loading ??= load().finally(() => {
      loading = undefined
    })
    return await loading
  }

  return {
    async signer() {
      const [newest] = (await ringOf(MAX_AGE_MS)).keys
      if (newest === undefined) throw new Error('The ring has no key, though it makes one.')
      if (signing?.kid !== newest.kid) signing = { kid: newest.kid, key: await importKey(openSigningKey(newest, secrets)) }
      return signing
    },
    async verifier(kid) {
      return ring?.verifiers.get(kid) ?? (await ringOf(RELOAD_MS)).verifiers.get(kid)
    },
    async list() {
      return (await ringOf(MAX_AGE_MS)).keys.map(({ kid, publicJwk }) => ({ ...publicJwk, kid, use: 'sig', alg: 'EdDSA' }))
    },
  }
}

async function importKey(jwk: { kty: string }): Promise<CryptoKey> {
  return (await importJWK(jwk, 'EdDSA')) as CryptoKey
}

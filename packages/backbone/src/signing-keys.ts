import { generateKeyPairSync, hash } from 'node:crypto'
import { NotUniqueError } from './db/errors.ts'
import type { Db } from './db/schema.ts'
import { addSigningKey, listSigningKeys, type SigningKey } from './db/signing-keys/signing-keys.ts'
import type { Secrets } from './process/secrets.ts'

const PURPOSE = 'signing keys'

/** The private half as a JWK. Throws when it was sealed with another LIFELINE_SECRET. */
export function openSigningKey({ kid, sealed }: SigningKey, secrets: Secrets): { kty: string; d: string } {
  try {
    return JSON.parse(secrets.open(PURPOSE, sealed))
  } catch (cause) {
    throw new Error(`The signing key ${kid} was sealed with another LIFELINE_SECRET; npm run rotate makes a new one.`, { cause })
  }
}

/**
 * Makes the key that signs from now on; the others go on verifying. Processes that are running sign with it after a few
 * minutes. When another process does the same at the same moment, its key is taken. `machineNow` is when.
 */
export async function rotateSigningKey(db: Db, secrets: Secrets, machineNow: Date): Promise<SigningKey> {
  const [newest] = await listSigningKeys(db)
  const key = newKey(secrets, (newest?.number ?? 0) + 1, machineNow)
  try {
    await addSigningKey(db, key)
    return key
  } catch (error) {
    const [theirs] = error instanceof NotUniqueError ? await listSigningKeys(db) : []
    if (theirs === undefined) throw error
    return theirs
  }
}

/** Makes a new key when the newest is from before `before`. The first of all is made by whoever signs first. Answers whether one was made. */
export async function rotateOldSigningKey(db: Db, secrets: Secrets, before: Date, machineNow: Date): Promise<boolean> {
  const [newest] = await listSigningKeys(db)
  if (newest === undefined || newest.createdAt >= before) return false
  await rotateSigningKey(db, secrets, machineNow)
  return true
}

function newKey(secrets: Secrets, number: number, createdAt: Date): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const publicJwk = { crv: 'Ed25519', kty: 'OKP', x } as const
  // Its thumbprint (RFC 7638), which wants the members in alphabetical order.
  const kid = hash('sha256', JSON.stringify(publicJwk), 'base64url')
  return { number, kid, publicJwk, sealed: secrets.seal(PURPOSE, JSON.stringify(privateKey.export({ format: 'jwk' }))), createdAt }
}

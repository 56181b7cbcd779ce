import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'

/** A key of the ring. The highest number signs, all of them verify. */
export interface SigningKey {
  number: number
  kid: string
  /** A JWK (RFC 8037). */
  publicJwk: { kty: 'OKP'; crv: 'Ed25519'; x: string }
  /** The private JWK, sealed. */
  sealed: string
  /** Machine time. */
  createdAt: Date
}

/** The ring, the key that signs first. It never has more than a few. */
export async function listSigningKeys(db: Db): Promise<SigningKey[]> {
  const rows = await reading(() => db.selectFrom('signing_keys').selectAll().orderBy('number', 'desc').fetch(100).execute())
  return rows.map((row) => ({
    number: row.number,
    kid: row.kid,
    publicJwk: JSON.parse(row.public_jwk),
    sealed: row.private_jwk,
    createdAt: row.created_at,
  }))
}

/** Throws NotUniqueError when another process has taken the number. */
export async function addSigningKey(db: Db, { number, kid, publicJwk, sealed, createdAt }: SigningKey): Promise<void> {
  const row = { number, kid, public_jwk: JSON.stringify(publicJwk), private_jwk: sealed, created_at: createdAt }
  await reading(() => db.insertInto('signing_keys').values(row).execute())
}

/** Deletes keys that were replaced before `before`: no token of theirs can live any more. Answers how many. */
export async function pruneSigningKeys(db: Db, before: Date): Promise<number> {
  const keys = await listSigningKeys(db)
  // Each key stopped signing when the one before it in the list was made.
  const old = keys.filter((_, i) => (keys[i - 1]?.createdAt ?? before) < before).map(({ number }) => number)
  if (old.length > 0) await reading(() => db.deleteFrom('signing_keys').where('number', 'in', old).execute())
  return old.length
}

import { findKey, type KeyOwner } from '@lifeline/backbone/db/keys/find-keys'
import { type KeyRow, scopesOf } from '@lifeline/backbone/db/keys/key'
import type { Db } from '@lifeline/backbone/db/schema'
import { type Permissions, permissionsOf } from '@lifeline/backbone/roles'
import { EVERYTHING, type Person, type Principal } from './principal.ts'

/** What a stored key is good for, as of now. */
export interface StoredKey {
  /** SHA-256 of the whole key. */
  hash: Buffer
  /** Machine time. */
  expiresAt: Date | null
  /** A sentence that says why it opens nothing, or who it is. */
  leadsTo: string | Principal
}

/** Undefined when there is no such key. */
export async function loadKey(db: Db, id: string): Promise<StoredKey | undefined> {
  const found = await findKey(db, id)
  if (found === undefined) return undefined
  const { key, owner } = found
  return { hash: Buffer.from(key.secret_hash, 'hex'), expiresAt: key.expires_at, leadsTo: whyDead(key, owner) ?? principalOf(key, owner) }
}

function whyDead(key: KeyRow, owner: KeyOwner | undefined): string | undefined {
  if (key.status === 'Revoked') return 'This API key was revoked.'
  if (key.owner_id !== null && (owner === undefined || owner.status === 'Deleted')) return 'The owner of this API key is no longer here.'
  return undefined
}

/** What the owner may now, and the key was made for: scopes only ever take away. */
function principalOf(key: KeyRow, owner: KeyOwner | undefined): Principal {
  const scopes = scopesOf(key)
  const owned = owner === undefined ? EVERYTHING : permissionsOf(owner.role)
  const permissions: Permissions = scopes === null ? owned : new Map([...owned].filter(([permission]) => scopes.includes(permission)))
  const id = `key:${key.id}`
  if (owner === undefined) return { id, permissions, requestsPerMinute: key.requests_per_minute ?? undefined }
  return { id, permissions, person: personOf(owner) }
}

function personOf({ id, role, status, email }: KeyOwner): Person {
  return { id, role, verifiedEmail: status === 'Active' ? (email ?? undefined) : undefined }
}

import type { Permission } from '../../roles.ts'
import type { Work } from '../commit.ts'
import { newId } from '../new-id.ts'
import { recordOf } from './events.ts'
import type { KeyRow } from './key.ts'
import { keyHash, newKeyText } from './key-text.ts'

export interface NewKey {
  name: string
  /** The user whose key it is; null for the system. */
  ownerId: string | null
  /** Null for all that its owner may, now and later. */
  scopes: readonly Permission[] | null
  requestsPerMinute: number | null
  /** Machine time. */
  expiresAt: Date | null
  /** The principal that asks for it. */
  actor: string
  /** Whose doing it is, when that is not the actor: the owner of the key that asked. */
  createdBy?: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

/** Adds a key, Active, and answers it with its text, which is nowhere stored: only this answer ever has it. */
export const addKey: Work<NewKey, { key: KeyRow; text: string }> = {
  keys: () => [],

  async decide(_, inputs) {
    return inputs.map((input) => {
      const { actor, now, traceparent } = input
      const id = newId(now)
      const text = newKeyText(id)
      const key = newRow(input, id, keyHash(text))
      const record = recordOf({ before: null, after: key, action: 'created', actor, now, traceparent })
      return { output: { key, text }, write: { inserts: [{ table: 'keys', row: key }, ...record] } }
    })
  },
}

function newRow({ name, ownerId, scopes, requestsPerMinute, expiresAt, actor, createdBy, now }: NewKey, id: string, secretHash: string) {
  return {
    id,
    name,
    secret_hash: secretHash,
    owner_id: ownerId,
    scopes: scopes === null ? null : JSON.stringify([...new Set(scopes)].sort()),
    requests_per_minute: requestsPerMinute,
    expires_at: expiresAt,
    last_used_at: null,
    status: 'Active',
    version: 1,
    created_by: createdBy ?? actor,
    created_at: now,
    updated_at: now,
  } satisfies KeyRow
}

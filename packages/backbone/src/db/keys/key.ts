import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import type { Permission } from '../../roles.ts'
import { isoOrNull, isoText } from '../iso-text.ts'
import { nullable } from '../nullable.ts'
import type { Schema } from '../schema.ts'
import { KEY_STATUSES, type KeyStatus } from './status.ts'

/** A key as the database has it. `expires_at` and `last_used_at` are machine time. */
export type KeyRow = Omit<Selectable<Schema['keys']>, 'status'> & { status: KeyStatus }

/** As many as a key may be allowed: beyond it, null says it better. */
export const MAX_REQUESTS_PER_MINUTE = 1_000_000

const Instant = Type.String({ format: 'date-time' })

/** A key as everybody outside sees it, in answers and in events: never its secret, nor what is stored of it. */
export const KeySchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String(),
    ownerId: nullable(Type.String({ format: 'uuid', description: 'The user whose key it is; null for the system.' })),
    scopes: nullable(Type.Array(Type.String(), { description: 'What it may, within what its owner may; null for all of that.' })),
    requestsPerMinute: nullable(Type.Integer({ description: 'Of a key of the system; null for as many as it likes.' })),
    expiresAt: nullable(Instant),
    lastUsedAt: nullable(Type.String({ format: 'date-time', description: 'To the minute.' })),
    status: Type.Enum(KEY_STATUSES),
    version: Type.Integer(),
    createdBy: Type.String({ description: 'The principal that made it.' }),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { additionalProperties: false },
)
export type Key = Static<typeof KeySchema>

export function toKey(row: KeyRow): Key {
  return {
    id: row.id,
    name: row.name,
    ownerId: row.owner_id,
    scopes: scopesOf(row),
    requestsPerMinute: row.requests_per_minute,
    expiresAt: isoOrNull(row.expires_at),
    lastUsedAt: isoOrNull(row.last_used_at),
    status: row.status,
    version: row.version,
    createdBy: row.created_by,
    createdAt: isoText(row.created_at),
    updatedAt: isoText(row.updated_at),
  }
}

/** `scopes` is a JSON list of permissions. */
export function scopesOf({ scopes }: Pick<KeyRow, 'scopes'>): Permission[] | null {
  return scopes === null ? null : JSON.parse(scopes)
}

export const keySubject = ({ id }: { id: string }) => `key/${id}`

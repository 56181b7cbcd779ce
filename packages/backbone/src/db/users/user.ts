import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { ROLE_NAMES, type Role } from '../../roles.ts'
import { isoText } from '../iso-text.ts'
import { nullable } from '../nullable.ts'
import type { Schema } from '../schema.ts'
import { USER_STATUSES, type UserStatus } from './status.ts'

/** A user as the database has it. `password_at` is machine time: the instant before which sessions are void. */
export type UserRow = Omit<Selectable<Schema['users']>, 'status' | 'role'> & { status: UserStatus; role: Role }

/** The CHECK constraints hold status and role to what they may be. */
export const toUserRow = (row: Selectable<Schema['users']>) => row as UserRow

/** Two addresses are one person's when these are the same. */
export const emailKey = (email: string) => email.toLowerCase()

const Instant = Type.String({ format: 'date-time' })

/** A user as the API answers it. */
export const UserSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    email: Type.Union([Type.String(), Type.Null()], { description: 'null when the user is deleted' }),
    name: nullable(Type.String()),
    role: Type.Enum(ROLE_NAMES),
    status: Type.Enum(USER_STATUSES, { description: 'Active: the address is verified.' }),
    version: Type.Integer({ description: 'Grows by one with every change; the ETag and the event sequence.' }),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { additionalProperties: false },
)
export type User = Static<typeof UserSchema>

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    status: row.status,
    version: row.version,
    createdAt: isoText(row.created_at),
    updatedAt: isoText(row.updated_at),
  }
}

/** A user as events tell of it: without anything that says who the person is. Whoever must know looks it up while it is there. */
export const UserFacts = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    role: Type.Enum(ROLE_NAMES),
    status: Type.Enum(USER_STATUSES),
    passwordAt: nullable(Instant),
    version: Type.Integer(),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { additionalProperties: false },
)
export type UserFacts = Static<typeof UserFacts>

export function toUserFacts(row: UserRow): UserFacts {
  return {
    id: row.id,
    role: row.role,
    status: row.status,
    passwordAt: row.password_at === null ? null : isoText(row.password_at),
    version: row.version,
    createdAt: isoText(row.created_at),
    updatedAt: isoText(row.updated_at),
  }
}

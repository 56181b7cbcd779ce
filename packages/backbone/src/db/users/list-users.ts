import type { ExpressionBuilder } from 'kysely'
import type { Role } from '../../roles.ts'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'
import type { UserStatus } from './status.ts'
import { toUserRow, type UserRow } from './user.ts'

/** What a user must be like to be listed; a field that is absent asks nothing, but deleted users must be asked for. */
export interface UserFilter {
  role?: Role
  status?: UserStatus
  /** As `emailKey` writes it. */
  emailKey?: string
  id?: string
}

export interface UserPage {
  limit: number
  /** Only users older than this one: the last of the page before. */
  afterId?: string
  /** Rows to skip, for those who count pages. */
  offset?: number
}

/** Users that match, newest first. */
export async function listUsers(db: Db, filter: UserFilter, { limit, afterId, offset = 0 }: UserPage): Promise<UserRow[]> {
  const matching = db
    .selectFrom('users')
    .selectAll()
    .where((eb) => matches(eb, filter))
  const query = (afterId === undefined ? matching : matching.where('id', '<', afterId)).orderBy('id', 'desc')
  const rows = await reading(() => (offset > 0 ? query.offset(offset) : query).fetch(limit).execute())
  return rows.map(toUserRow)
}

/** How many users match, counted to `cap`. */
export async function countUsers(db: Db, filter: UserFilter, cap: number): Promise<number> {
  const matching = db
    .selectFrom('users')
    .select('id')
    .where((eb) => matches(eb, filter))
    .fetch(cap)
  const { count } = await reading(() =>
    db
      .selectFrom(matching.as('counted'))
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
  )
  return count
}

function matches(eb: ExpressionBuilder<Schema, 'users'>, { role, status, emailKey, id }: UserFilter) {
  return eb.and([
    status === undefined ? eb('status', '<>', 'Deleted') : eb('status', '=', status),
    ...(role === undefined ? [] : [eb('role', '=', role)]),
    ...(emailKey === undefined ? [] : [eb('email_key', '=', emailKey)]),
    ...(id === undefined ? [] : [eb('id', '=', id)]),
  ])
}

import { fragments } from '../dialect/fragments.ts'
import type { Db } from '../schema.ts'
import { findUsers } from './find-users.ts'

/** Where a principal gets mails. */
export interface Mailbox {
  address: string
  /** Only then it is told of tasks. */
  verified: boolean
}

/** Mailboxes by principal. Whoever is not in it has none that the database knows. */
export type Mailboxes = ReadonlyMap<string, Mailbox>

const PRINCIPAL = /^(user|key):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/

/** The mailboxes of `user:<id>`, and of `key:<id>` that of its owner. Other principals need no database, or have none. */
export async function findMailboxes(db: Db, principals: readonly string[]): Promise<Mailboxes> {
  const parsed = [...new Set(principals)].flatMap((principal) => {
    const [, kind, id] = PRINCIPAL.exec(principal) ?? []
    return kind === undefined || id === undefined ? [] : [{ principal, kind, id }]
  })
  if (parsed.length === 0) return new Map()
  const owners = await findOwners(
    db,
    parsed.flatMap(({ kind, id }) => (kind === 'key' ? [id] : [])),
  )
  const userOf = ({ kind, id }: { kind: string; id: string }) => (kind === 'user' ? id : owners.get(id))
  const users = await findUsers(db, [...new Set(parsed.flatMap((one) => userOf(one) ?? []))])
  const byId = new Map(users.map((user) => [user.id, user]))
  return new Map(
    parsed.flatMap((one) => {
      const user = byId.get(userOf(one) ?? '')
      if (user === undefined || user.email === null) return []
      return [[one.principal, { address: user.email, verified: user.status === 'Active' }] as const]
    }),
  )
}

/** Users by the id of a key of theirs; the system's keys have no owner. */
async function findOwners(db: Db, keyIds: readonly string[]): Promise<Map<string, string>> {
  if (keyIds.length === 0) return new Map()
  const { anyOf } = fragments(db)
  const rows = await db
    .selectFrom('keys')
    .select(['id', 'owner_id'])
    .where(anyOf('keys', 'id', keyIds))
    .execute()
  return new Map(rows.flatMap(({ id, owner_id }) => (owner_id === null ? [] : [[id, owner_id] as const])))
}

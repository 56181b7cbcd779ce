import { commitOne } from '@lifeline/backbone/db/commit'
import { newId } from '@lifeline/backbone/db/new-id'
import type { Db } from '@lifeline/backbone/db/schema'
import { startSession } from '@lifeline/backbone/db/sessions/start-session'
import { addUser, type NewUser } from '@lifeline/backbone/db/users/add-user'
import { changeUser } from '@lifeline/backbone/db/users/change-user'
import type { UserCommand } from '@lifeline/backbone/db/users/decide'
import type { UserRow } from '@lifeline/backbone/db/users/user'
import { NOON } from './given-task.ts'

export const HASH = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'B'.repeat(43)}`

/** Ann, who has registered and not yet verified her address. */
export async function givenUser(db: Db, user: Partial<NewUser> = {}): Promise<UserRow> {
  const ann = { email: 'Ann@Example.org', name: 'Ann Ash', role: 'member' as const, passwordHash: HASH, mayFound: false }
  return await commitOne(db, addUser, { ...ann, now: NOON, machineNow: NOON, ...user })
}

export async function change(db: Db, id: string, command: UserCommand, now = NOON) {
  return await commitOne(db, changeUser, { id, command, actor: `user:${id}`, now })
}

export async function givenVerified(db: Db, user: Partial<NewUser> = {}): Promise<UserRow> {
  const { id, email_key } = await givenUser(db, user)
  const outcome = await change(db, id, { do: 'verify', proof: { emailKey: email_key ?? '', admin: false } })
  if (outcome.kind !== 'changed') throw new Error(outcome.kind)
  return outcome.user
}

/** A session that begins at `machineNow`, with the refresh token whose hash is `token`. */
export async function givenSession(db: Db, { id: userId, password_at: passwordAt }: UserRow, token: string, machineNow = NOON) {
  const where = { address: '192.0.2.1', userAgent: 'test' }
  const input = { id: newId(machineNow), userId, passwordAt, tokenHash: token, ...where, now: NOON, machineNow }
  return await commitOne(db, startSession, input)
}

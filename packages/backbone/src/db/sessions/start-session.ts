import type { Work } from '../commit.ts'
import { logInsert } from '../log-insert.ts'
import { findUsers } from '../users/find-users.ts'
import { IDLE_MS, type SessionRow } from './session.ts'

export interface NewSession {
  /** Made by the caller, because the token holds it. */
  id: string
  userId: string
  /** The user's `password_at` when the password was checked. */
  passwordAt: Date | null
  tokenHash: string
  /** Where it was started from. */
  address: string | null
  userAgent: string | null
  /** Domain time, for the log. */
  now: Date
  machineNow: Date
}

/**
 * Starts a session, with its first refresh token. Nobody is told. Answers undefined when the user is gone, or the password
 * that was checked is not theirs any more: a session begun now would outlive it.
 */
export const startSession: Work<NewSession, SessionRow | undefined> = {
  keys: ({ id, userId }) => [`session/${id}`, `user/${userId}`],

  async decide(db, sessions) {
    const users = await findUsers(
      db,
      sessions.map(({ userId }) => userId),
    )
    const byId = new Map(users.map((user) => [user.id, user]))
    return sessions.map(({ id, userId, passwordAt, tokenHash, address, userAgent, now, machineNow }) => {
      const user = byId.get(userId)
      if (user === undefined || user.password_at?.getTime() !== passwordAt?.getTime()) return { output: undefined }
      const output: SessionRow = {
        id,
        user_id: userId,
        status: 'Active',
        generation: 1,
        rotated_at: machineNow,
        expires_at: new Date(machineNow.getTime() + IDLE_MS),
        address,
        user_agent: userAgent,
        version: 1,
        created_at: machineNow,
        updated_at: machineNow,
      }
      const token = { hash: tokenHash, session_id: id, generation: 1, created_at: machineNow }
      const entry = { version: 1, action: 'created', from: null, to: output.status, reason: null, changes: null }
      const log = logInsert('session', id, { ...entry, actor: `user:${userId}`, at: now })
      return { output, write: { inserts: [{ table: 'sessions', row: output }, { table: 'refresh_tokens', row: token }, log] } }
    })
  },
}

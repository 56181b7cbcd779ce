import type { Work } from '../commit.ts'
import { logInsert } from '../log-insert.ts'
import { IDLE_MS, type SessionRow } from './session.ts'

export interface NewSession {
  /** Made by the caller, because the token holds it. */
  id: string
  userId: string
  tokenHash: string
  /** Where it was started from. */
  address: string | null
  userAgent: string | null
  /** Domain time, for the log. */
  now: Date
  machineNow: Date
}

/** Starts a session, with its first refresh token. Nobody is told. */
export const startSession: Work<NewSession, SessionRow> = {
  keys: ({ id }) => [`session/${id}`],

  async decide(_, sessions) {
    return sessions.map(({ id, userId, tokenHash, address, userAgent, now, machineNow }) => {
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

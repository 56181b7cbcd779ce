import type { Decided, Work } from '../commit.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import { findUsers } from '../users/find-users.ts'
import type { UserRow } from '../users/user.ts'
import { ended, endWrite, updateOf } from './end-session.ts'
import { findSessions, findTokens } from './find-sessions.ts'
import { IDLE_MS, isValid, reusedEvent, type SessionRow } from './session.ts'

export interface Rotation {
  /** As the token says; who made it up knows no hash. */
  sessionId: string
  tokenHash: string
  /** Of the token that follows the presented one, the same however often it is asked for. */
  successorHash: string
  /** Domain time, for the log and the event. */
  now: Date
  machineNow: Date
  traceparent?: string | undefined
}

export type Rotated =
  | { kind: 'rotated'; session: SessionRow; user: UserRow }
  /** The token had been replaced a while ago: two have it. The session was ended. */
  | { kind: 'reused' }
  /** No token of ours, or of a session that is over. */
  | { kind: 'refused' }

/** Two tabs that renew at once, or a client that missed the answer, get the same successor for so long. */
const GRACE_MS = 30_000

/** Nobody knows whether the thief or the owner came first. */
const ACTOR = 'system:api'

/** Replaces a refresh token by its successor. The rotation itself is not logged: it says nothing that the session does not. */
export const rotateSession: Work<Rotation, Rotated> = {
  keys: ({ sessionId }) => [`session/${sessionId}`],

  async decide(db, rotations) {
    const tokens = await findTokens(
      db,
      rotations.map(({ tokenHash }) => tokenHash),
    )
    const sessions = await findSessions(
      db,
      tokens.map(({ session_id }) => session_id),
    )
    const users = await findUsers(
      db,
      sessions.map(({ user_id }) => user_id),
    )
    return rotations.map((rotation) => {
      const token = tokens.find(({ hash }) => hash === rotation.tokenHash)
      const session = sessions.find(({ id }) => id === token?.session_id)
      const user = users.find(({ id }) => id === session?.user_id)
      if (token === undefined || session === undefined || user === undefined) return { output: { kind: 'refused' } }
      if (!isValid(session, user, rotation.machineNow)) return { output: { kind: 'refused' } }
      return decideOne(rotation, token.generation, session, user)
    })
  },
}

function decideOne(rotation: Rotation, generation: number, session: SessionRow, user: UserRow): Decided<Rotated> {
  const { now, machineNow, successorHash, traceparent } = rotation
  if (generation === session.generation) {
    const expires_at = new Date(machineNow.getTime() + IDLE_MS)
    const progress = {
      generation: generation + 1,
      rotated_at: machineNow,
      expires_at,
      version: session.version + 1,
      updated_at: machineNow,
    }
    const after = { ...session, ...progress }
    const row = { hash: successorHash, session_id: session.id, generation: after.generation, created_at: machineNow }
    const write = { update: updateOf(session, after), inserts: [{ table: 'refresh_tokens' as const, row }] }
    return { output: { kind: 'rotated', session: after, user }, write }
  }
  const isRecent = machineNow.getTime() - session.rotated_at.getTime() <= GRACE_MS
  if (generation === session.generation - 1 && isRecent) return { output: { kind: 'rotated', session, user } }
  const after = ended(session, machineNow)
  const { update, inserts } = endWrite(session, after, { reason: 'reused', actor: ACTOR, now })
  const event = outboxInsert(reusedEvent(after, ACTOR, now, traceparent))
  return { output: { kind: 'reused' }, write: { ...(update && { update }), inserts: [...inserts, event] } }
}

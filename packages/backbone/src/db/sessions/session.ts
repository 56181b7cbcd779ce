import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { isoText } from '../iso-text.ts'
import { checkedEvents } from '../outbox/checked-event.ts'
import type { Schema } from '../schema.ts'
import type { UserRow } from '../users/user.ts'

/** A login lives until it is ended; a time limit ends it without a word. */
export const SESSION_MOVES = { Active: ['Ended'], Ended: [] } as const satisfies Record<string, readonly string[]>
export type SessionStatus = keyof typeof SESSION_MOVES
export const SESSION_STATUSES = Object.keys(SESSION_MOVES) as SessionStatus[]

/** A session as the database has it. All its times are machine time. */
export type SessionRow = Omit<Selectable<Schema['sessions']>, 'status'> & { status: SessionStatus }

/** The CHECK constraint holds status to what it may be. */
export const toSessionRow = (row: Selectable<Schema['sessions']>) => row as SessionRow

/** Not used for so long, it is over. Refresh tokens that are older can renew nothing. */
export const IDLE_MS = 30 * 86_400_000

/** Whether the session still stands for this user. A new password ends all sessions from before it. */
export function isValid(session: SessionRow, user: UserRow, machineNow: Date): boolean {
  if (session.status !== 'Active' || session.expires_at <= machineNow || user.status === 'Deleted') return false
  return user.password_at === null || session.created_at >= user.password_at
}

const Instant = Type.String({ format: 'date-time' })

export const REUSED_TYPE = 'user.session.reused'

/** A refresh token that had been replaced was used again: somebody has a copy. */
export const SessionEventData = Type.Object(
  {
    after: Type.Object(
      {
        id: Type.String({ format: 'uuid' }),
        userId: Type.String({ format: 'uuid' }),
        status: Type.Enum(SESSION_STATUSES),
        version: Type.Integer(),
        createdAt: Instant,
      },
      { additionalProperties: false },
    ),
    actor: Type.String(),
  },
  { additionalProperties: false },
)
export type SessionEventData = Static<typeof SessionEventData>

const writeEvent = checkedEvents<SessionEventData>(SessionEventData)

export function reusedEvent(row: SessionRow, actor: string, time: Date, traceparent?: string) {
  const { id, user_id: userId, status, version } = row
  const data = { after: { id, userId, status, version, createdAt: isoText(row.created_at) }, actor }
  return writeEvent({ type: REUSED_TYPE, subject: `session/${id}`, sequence: version, time, traceparent, data })
}

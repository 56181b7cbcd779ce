import type { Db } from '@lifeline/backbone/db/schema'
import { findSessions } from '@lifeline/backbone/db/sessions/find-sessions'
import { isValid } from '@lifeline/backbone/db/sessions/session'
import { findUsers } from '@lifeline/backbone/db/users/find-users'
import { permissionsOf } from '@lifeline/backbone/roles'
import type { Principal } from './principal.ts'

/** Who is logged in with a session, as they are now; undefined when the session is over. */
export async function loadSession(db: Db, sessionId: string): Promise<Principal | undefined> {
  const [session] = await findSessions(db, [sessionId])
  if (session === undefined) return undefined
  const [user] = await findUsers(db, [session.user_id])
  if (user === undefined || !isValid(session, user, new Date())) return undefined
  const { id, role } = user
  const verifiedEmail = user.status === 'Active' ? (user.email_key ?? undefined) : undefined
  const person = { id, verifiedEmail, role }
  return { id: `user:${id}`, permissions: permissionsOf(role), person }
}

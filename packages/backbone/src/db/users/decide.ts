import type { Role } from '../../roles.ts'
import type { UserAction } from './events.ts'
import { emailKey, type UserRow } from './user.ts'

/** A field that is absent stays. */
export interface UserEdit {
  name?: string
  email?: string
  role?: Role
}

/** Somebody showed that they read the mails of this address. `admin` makes them one (LIFELINE_ADMIN_EMAIL). */
export interface Proof {
  emailKey: string
  admin: boolean
}

export type UserCommand =
  | { do: 'edit'; edit: UserEdit }
  | { do: 'verify'; proof: Proof }
  /** `since` is the `password_at` that the caller has seen: whoever was quicker wins. `at` is machine time; sessions from before are void. */
  | { do: 'setPassword'; hash: string; at: Date; since: Date | null; proof?: Proof }
  /** Asks for a mail with a link. */
  | { do: 'requestVerification' }
  | { do: 'requestPasswordReset' }
  | { do: 'delete' }

export type Decision =
  | { kind: 'changed'; row: UserRow; action: UserAction }
  | { kind: 'unchanged' }
  /** What the command rests on (an address, a password) is not the present one any more. */
  | { kind: 'outdated' }

/** What a command makes of a living user at `now` (domain time). Pure, so that a lost race can be decided again. */
export function decide(row: UserRow, command: UserCommand, now: Date): Decision {
  switch (command.do) {
    case 'edit':
      return decideEdit(row, command.edit, now)
    case 'verify': {
      if (row.email_key !== command.proof.emailKey) return { kind: 'outdated' }
      return row.status === 'Active' ? { kind: 'unchanged' } : changed(row, verified(row, command.proof), 'verified', now)
    }
    case 'setPassword': {
      const { hash, at, since, proof } = command
      if (row.password_at?.getTime() !== since?.getTime()) return { kind: 'outdated' }
      if (proof !== undefined && row.email_key !== proof.emailKey) return { kind: 'outdated' }
      const patch = { password_hash: hash, password_at: at, ...(proof && verified(row, proof)) }
      return changed(row, patch, 'password_changed', now)
    }
    case 'requestVerification':
      return row.status === 'Active' ? { kind: 'unchanged' } : changed(row, {}, 'verification_requested', now)
    case 'requestPasswordReset':
      return changed(row, {}, 'password_reset_requested', now)
    case 'delete': {
      const nobody = { email: null, email_key: null, name: null, password_hash: null }
      return changed(row, { ...nobody, status: 'Deleted', deleted_at: now }, 'deleted', now)
    }
  }
}

function decideEdit(row: UserRow, { name, email, role }: UserEdit, now: Date): Decision {
  const patch: Partial<UserRow> = {}
  if (name !== undefined && name !== row.name) patch.name = name
  if (role !== undefined && role !== row.role) patch.role = role
  if (email !== undefined && email !== row.email) patch.email = email
  const isMoved = email !== undefined && emailKey(email) !== row.email_key
  if (isMoved) Object.assign(patch, { email_key: emailKey(email), status: 'Unverified' })
  if (Object.keys(patch).length === 0) return { kind: 'unchanged' }
  return changed(row, patch, isMoved ? 'email_changed' : 'edited', now)
}

function verified(row: UserRow, { admin }: Proof): Partial<UserRow> {
  return row.status === 'Active' ? {} : { status: 'Active', ...(admin && { role: 'admin' as const }) }
}

function changed(row: UserRow, patch: Partial<UserRow>, action: UserAction, now: Date): Decision {
  return { kind: 'changed', row: { ...row, ...patch, version: row.version + 1, updated_at: now }, action }
}

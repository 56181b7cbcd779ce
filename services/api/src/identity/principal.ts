import { type Extent, everything, type Permission, type Permissions, type Role } from '@lifeline/backbone/roles'

/** The person behind a request: a user who logged in, or the owner of a key. */
export interface Person {
  id: string
  /** Undefined until it is verified: only then are tasks of this address the person's own. */
  verifiedEmail: string | undefined
  role: Role
}

/** Who asks, and what that one may. */
export interface Principal {
  /** `user:<id>` or `key:<id>`; '' for nobody, on public routes. */
  id: string
  permissions: Permissions
  /** Absent for the system's own keys. */
  person?: Person
  /** Requests a minute of a key of the system that has a limit. People have RATE_LIMIT, each for all their credentials. */
  requestsPerMinute?: number | undefined
}

export const NOBODY: Principal = { id: '', permissions: new Map() }

/** All that there is, as the system's own keys have it. */
export const EVERYTHING: Permissions = new Map(Object.entries(everything()) as [Permission, Extent][])

/** A key of the system that may do everything. */
export function systemPrincipal(id: string): Principal {
  return { id, permissions: EVERYTHING }
}

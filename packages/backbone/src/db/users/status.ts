/**
 * The life of a user. Unverified: nobody has shown yet that the address is theirs; it can log in, but tasks of that
 * address are not its own. A changed address must be verified again. Deleted is final, and nobody's any more.
 */
export const USER_MOVES = {
  Unverified: ['Active', 'Deleted'],
  Active: ['Unverified', 'Deleted'],
  Deleted: [],
} as const satisfies Record<string, readonly string[]>

export type UserStatus = keyof typeof USER_MOVES
export const USER_STATUSES = Object.keys(USER_MOVES) as UserStatus[]

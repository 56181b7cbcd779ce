/** The life of a key. A revoked one stays, so that its log can be read; who wants it back makes a new one. */
export const KEY_MOVES = {
  Active: ['Revoked'],
  Revoked: [],
} as const satisfies Record<string, readonly string[]>

export type KeyStatus = keyof typeof KEY_MOVES
export const KEY_STATUSES = Object.keys(KEY_MOVES) as KeyStatus[]

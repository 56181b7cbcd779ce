/** The life of a maintenance window. A recurring one goes to and fro; Ended is one that does not come again. */
export const MAINTENANCE_MOVES = {
  Scheduled: ['Active', 'Ended'],
  Active: ['Scheduled', 'Ended'],
  Ended: [],
} as const satisfies Record<string, readonly string[]>

export type WindowStatus = keyof typeof MAINTENANCE_MOVES
export const WINDOW_STATUSES = Object.keys(MAINTENANCE_MOVES) as WindowStatus[]

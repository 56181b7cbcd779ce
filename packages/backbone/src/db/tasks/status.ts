/**
 * The legal moves of a task (design: tasks). Type, API enum, SQL CHECK and diagram all come from this table; a test holds
 * them together. A move to the same status is no move: nothing happens and nobody hears of it.
 */
export const TASK_MOVES = {
  Pending: ['InProgress', 'OnHold', 'Cancelled'],
  InProgress: ['Pending', 'OnHold', 'Completed', 'Cancelled'],
  OnHold: ['Pending', 'InProgress', 'Completed', 'Cancelled'],
  Completed: ['InProgress', 'Pending'],
  Cancelled: ['Pending'],
} as const satisfies Record<string, readonly string[]>

export type TaskStatus = keyof typeof TASK_MOVES
export const TASK_STATUSES = Object.keys(TASK_MOVES) as TaskStatus[]

/** While a task is open its deadline runs. OnHold stops the clock. */
export const OPEN_STATUSES = ['Pending', 'InProgress'] as const satisfies readonly TaskStatus[]

export function isOpen(status: TaskStatus): boolean {
  return (OPEN_STATUSES as readonly TaskStatus[]).includes(status)
}

/** Completed and Cancelled have ended; leaving them is a reopening. */
export function hasEnded(status: TaskStatus): boolean {
  return status === 'Completed' || status === 'Cancelled'
}

export function canMove(from: TaskStatus, to: TaskStatus): boolean {
  return (TASK_MOVES[from] as readonly TaskStatus[]).includes(to)
}

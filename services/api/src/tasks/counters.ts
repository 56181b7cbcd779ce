import { counter } from '@lifeline/backbone/process/metrics'

/** Counted after the commit: what was rolled back never happened. */
export const tasksCreated = counter('tasks_created_total', 'Tasks created.')
export const taskMoves = counter('task_moves_total', 'Moves of tasks, by status.', ['from', 'to'])

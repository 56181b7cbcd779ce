import { canMove, hasEnded, isOpen, OPEN_STATUSES, TASK_MOVES, TASK_STATUSES } from '@lifeline/backbone/db/tasks/status'
import t from 'tap'

t.test('every status can be reached from Pending, and left', async (t) => {
  const reached = new Set(['Pending'])
  for (const status of reached) for (const next of TASK_MOVES[status as keyof typeof TASK_MOVES]) reached.add(next)
  t.strictSame([...reached].sort(), [...TASK_STATUSES].sort())
  for (const status of TASK_STATUSES) t.ok(TASK_MOVES[status].length > 0, status)
})

t.test('no move leads to the same status: that is no move', async (t) => {
  for (const status of TASK_STATUSES) t.notOk(canMove(status, status), status)
})

t.test('open and ended exclude each other; OnHold is neither', async (t) => {
  t.strictSame(TASK_STATUSES.filter(isOpen), [...OPEN_STATUSES])
  t.strictSame(TASK_STATUSES.filter(hasEnded), ['Completed', 'Cancelled'])
})

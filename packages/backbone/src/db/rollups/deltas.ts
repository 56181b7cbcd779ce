import type { TaskRow } from '../tasks/task.ts'
import type { Insert } from '../write.ts'
import { utcDay } from './periods.ts'

/**
 * What a change did to the sums over tasks, for the clock to fold: at most one row, and none for a change that no sum can
 * tell, like that of a title. Whoever writes a task must write it too.
 */
export function deltaInserts(before: TaskRow | null, after: TaskRow): Insert[] {
  const from = before === null ? NOTHING : factsOf(before)
  const to = factsOf(after)
  if (FACTS.every((fact) => from[fact] === to[fact])) return []
  const row = {
    day: utcDay(after.created_at),
    from_status: from.status,
    from_assignee: from.assignee,
    from_due: from.due,
    from_breached: from.breached,
    from_lead_ms: from.lead_ms,
    to_status: to.status,
    to_assignee: to.assignee,
    to_due: to.due,
    to_breached: to.breached,
    to_lead_ms: to.lead_ms,
  }
  return [{ table: 'task_deltas', row }]
}

/** What of a task is summed up, beside the time at which it was created. A deleted one is in no sum. */
function factsOf(row: TaskRow) {
  if (row.deleted_at !== null) return NOTHING
  return {
    status: row.status,
    assignee: row.assignee,
    due: row.due_at === null ? 0 : 1,
    breached: row.deadline_passed_at === null ? 0 : 1,
    lead_ms: row.completed_at === null ? null : row.completed_at.getTime() - row.created_at.getTime(),
  }
}

const NOTHING = { status: null, assignee: null, due: null, breached: null, lead_ms: null }
const FACTS = ['status', 'assignee', 'due', 'breached', 'lead_ms'] as const

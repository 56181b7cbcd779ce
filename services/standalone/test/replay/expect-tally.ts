import { TASK_MOVES } from '@lifeline/backbone/db/tasks/status'
import type { TraceLine } from '../../src/replay/read-trace.ts'

/** What a replay of these lines must give: the same history once more, by nothing but the table of moves. */
export function expectTally(lines: readonly TraceLine[]) {
  const moves: Record<string, readonly string[]> = TASK_MOVES
  const tally = { created: 0, moved: 0, noOps: 0, refused: 0, activities: 0, deadlinesPassed: 0 }
  const mails = { 'task.created': 0, 'task.deadline.passed': 0, 'task.status.updated': 0 }
  const tasks = new Map<string, { status: string; assignee: string; dueAt: number | null }>()
  const passUntil = (at: number) => {
    for (const task of tasks.values()) {
      if (task.dueAt === null || task.dueAt > at || !['Pending', 'InProgress'].includes(task.status)) continue
      task.dueAt = null
      tally.deadlinesPassed++
      mails['task.deadline.passed']++
    }
  }
  for (const line of lines) {
    passUntil(Date.parse(line.at))
    const task = tasks.get(line.task)
    if (line.type === 'activity') tally.activities++
    else if (line.type === 'created') {
      tasks.set(line.task, { status: 'Pending', assignee: line.assignee, dueAt: line.dueAt === null ? null : Date.parse(line.dueAt) })
      tally.created++
      mails['task.created']++
    } else if (task?.status === line.to) tally.noOps++
    else if (task === undefined || !moves[task.status]?.includes(line.to)) tally.refused++
    else {
      task.status = line.to
      tally.moved++
      if (line.actor !== task.assignee) mails['task.status.updated']++
    }
  }
  passUntil(Number.POSITIVE_INFINITY)
  const statuses: Record<string, number> = {}
  for (const { status } of tasks.values()) statuses[status] = (statuses[status] ?? 0) + 1
  return { ...tally, statuses, mails }
}

import { countLeads, leadBucket, leadPercentile, noLeads } from '@lifeline/backbone/db/rollups/lead-buckets'
import type { CreatedBetween } from '@lifeline/backbone/db/rollups/periods'
import type { Db } from '@lifeline/backbone/db/schema'
import type { TaskAggregate, TaskGrouping, TaskTotals } from '@lifeline/backbone/db/tasks/aggregate-tasks'
import type { Selectable } from 'kysely'
import type { Schema } from '../../src/db/schema.ts'

type Row = Selectable<Schema['tasks']>

/** What the answer must be, added up here from every row there is. */
export async function addUpTasks(db: Db, groupBy: TaskGrouping, { from, to }: CreatedBetween): Promise<TaskAggregate> {
  const rows = await db.selectFrom('tasks').selectAll().where('deleted_at', 'is', null).execute()
  const wanted = rows.filter(({ created_at }) => (from === undefined || created_at >= from) && (to === undefined || created_at < to))
  const keyOf = (row: Row) => (groupBy === 'day' ? row.created_at.toISOString().slice(0, 10) : row[groupBy])
  const groups = [...Map.groupBy(wanted, keyOf)].map(([key, own]) => ({ key, ...totals(own) }))
  const bySize = (a: TaskTotals, b: TaskTotals) => (groupBy === 'day' ? 0 : b.tasks - a.tasks)
  const byKey = (a: string, b: string) => (a < b ? -1 : 1) * (groupBy === 'day' ? -1 : 1)
  return { total: totals(wanted), groups: groups.sort((a, b) => bySize(a, b) || byKey(a.key, b.key)) }
}

function totals(rows: readonly Row[]): TaskTotals {
  const completed = rows.filter(({ status }) => status === 'Completed')
  const withDeadline = rows.filter(({ due_at }) => due_at !== null).length
  const breached = rows.filter(({ deadline_passed_at }) => deadline_passed_at !== null)
  const leads = completed.map(({ created_at, completed_at }) => (completed_at?.getTime() ?? 0) - created_at.getTime())
  const counts = noLeads()
  for (const ms of leads) countLeads(counts, [leadBucket(ms), 1])
  return {
    tasks: rows.length,
    completed: completed.length,
    overdue: breached.filter(({ status }) => status === 'Pending' || status === 'InProgress').length,
    withDeadline,
    breached: breached.length,
    breachRate: withDeadline === 0 ? null : breached.length / withDeadline,
    averageLeadTimeSeconds: leads.length === 0 ? null : leads.reduce((sum, ms) => sum + ms, 0) / leads.length / 1_000,
    leadTimeP50Seconds: leadPercentile(counts, 0.5),
    leadTimeP95Seconds: leadPercentile(counts, 0.95),
  }
}

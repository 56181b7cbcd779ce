import type { Grouping } from '../rollups/entries.ts'
import { addCounts, type LeadCounts, leadPercentile, noLeads } from '../rollups/lead-buckets.ts'
import { type CreatedBetween, splitRange, type Unit } from '../rollups/periods.ts'
import { type GroupSums, keyOf, type Range, readLeadsOf, readSums } from '../rollups/read-sums.ts'
import { NO_SUMS, SUMS, type Sums } from '../rollups/rollup.ts'
import type { Db, Trx } from '../schema.ts'
import { inSnapshot } from '../transaction.ts'
import { TASK_STATUSES } from './status.ts'

/** What a set of tasks adds up to. */
export interface TaskTotals {
  tasks: number
  completed: number
  /** Open, with a deadline that has passed. */
  overdue: number
  withDeadline: number
  /** Whose deadline passed while they were open, whatever became of them. */
  breached: number
  /** breached of withDeadline, 0 to 1; null when none has a deadline. */
  breachRate: number | null
  /** From creation to completion, over the completed ones; null when there are none. */
  averageLeadTimeSeconds: number | null
  /** Half of the completed ones took no longer, to 1 %. */
  leadTimeP50Seconds: number | null
  leadTimeP95Seconds: number | null
}

export type TaskGrouping = Grouping

export interface TaskAggregate {
  total: TaskTotals
  /** The biggest first; days the newest first, as `2026-03-02`. */
  groups: (TaskTotals & { key: string })[]
}

/**
 * What the tasks created in a range add up to, in all and for each group, of which at most `limit` are listed. Whole days
 * (months, by assignee) come from the rollups and the deltas that wait for being folded, the rest from the tasks
 * themselves: the answer is the one that the tasks alone would give.
 */
export function aggregateTasks(db: Db, groupBy: TaskGrouping, created: CreatedBetween, limit: number): Promise<TaskAggregate> {
  return inSnapshot(db, (trx) => readAggregate(trx, groupBy, created, limit, splitRange))
}

/** The same from the tasks alone, which takes the longer the more there are: what the rollups are measured and tested against. */
export function aggregateTasksPlainly(db: Db, groupBy: TaskGrouping, created: CreatedBetween, limit: number): Promise<TaskAggregate> {
  return inSnapshot(db, (trx) => readAggregate(trx, groupBy, created, limit, tasksAlone))
}

type Split = (created: CreatedBetween, unit: Unit) => Range
export const tasksAlone: Split = (range) => ({ whole: null, edges: [range] })

/** `trx` must be a snapshot. */
export async function readAggregate(trx: Trx, groupBy: TaskGrouping, created: CreatedBetween, limit: number, split: Split) {
  const days = split(created, 'day')
  const byStatus = await readSums(trx, 'status', days, TASK_STATUSES.length)
  const leadsByDay = await readLeadsOf(trx, 'day', days)
  const all = noLeads()
  for (const leads of leadsByDay.values()) addCounts(all, leads)
  const groups = await readGroups(trx, groupBy, { created, days, byStatus, all, leadsByDay, limit, split })
  return { total: totals(addUp(byStatus), all), groups }
}

interface Read {
  created: CreatedBetween
  days: Range
  byStatus: readonly GroupSums[]
  all: LeadCounts
  leadsByDay: Map<string | number, LeadCounts>
  limit: number
  split: Split
}

async function readGroups(trx: Trx, groupBy: TaskGrouping, { created, days, byStatus, all, leadsByDay, limit, split }: Read) {
  // Only completed tasks have a lead time.
  if (groupBy === 'status') return byStatus.slice(0, limit).map((sums) => group(sums, sums.key === 'Completed' ? all : undefined))
  if (groupBy === 'day') {
    const groups = await readSums(trx, 'day', days, limit)
    return groups.map((sums) => group(sums, leadsByDay.get(keyOf(sums.key))))
  }
  const months = split(created, 'month')
  const groups = await readSums(trx, 'assignee', months, limit)
  const leads = await readLeadsOf(
    trx,
    'assignee',
    months,
    groups.map(({ key }) => String(key)),
  )
  return groups.map((sums) => group(sums, leads.get(keyOf(sums.key))))
}

function group(sums: GroupSums, leads: LeadCounts = noLeads()) {
  const key = sums.key instanceof Date ? sums.key.toISOString().slice(0, 10) : sums.key
  return { key, ...totals(sums, leads) }
}

function addUp(groups: readonly Sums[]): Sums {
  const sums = { ...NO_SUMS }
  for (const more of groups) for (const sum of SUMS) sums[sum] += more[sum]
  return sums
}

function totals({ tasks, completed, overdue, due, breached, lead_ms }: Sums, leads: LeadCounts): TaskTotals {
  return {
    tasks,
    completed,
    overdue,
    withDeadline: due,
    breached,
    breachRate: due === 0 ? null : breached / due,
    averageLeadTimeSeconds: completed === 0 ? null : lead_ms / completed / 1_000,
    leadTimeP50Seconds: leadPercentile(leads, 0.5),
    leadTimeP95Seconds: leadPercentile(leads, 0.95),
  }
}

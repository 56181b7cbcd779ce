import { isOpen, type TaskStatus } from '../tasks/status.ts'
import { addLeads, type LeadPairs, type Leads, leadBucket } from './lead-buckets.ts'
import { utcDay, utcMonth } from './periods.ts'

/** What a set of tasks adds up to, as `task_rollups` has it. */
export interface Sums {
  tasks: number
  completed: number
  overdue: number
  due: number
  breached: number
  lead_ms: number
}

export const NO_SUMS: Readonly<Sums> = { tasks: 0, completed: 0, overdue: 0, due: 0, breached: 0, lead_ms: 0 }
export const SUMS = Object.keys(NO_SUMS) as (keyof Sums)[]

/** Which sums there are: those by status for each day, those by assignee for each month. */
export type Slice = 'status' | 'assignee'
export const UNIT_OF = { status: 'day', assignee: 'month' } as const satisfies Record<Slice, string>

/** What a row of `task_rollups` is of, and what is to be added to it. */
export interface Rollup {
  slice: Slice
  period: Date
  name: string
  sums: Sums
  leads: Leads
}

export type Rollups = Map<string, Rollup>

/** What one task adds to the sums. */
export interface Facts {
  day: Date
  status: string
  assignee: string
  due: number
  breached: number
  lead_ms: number | null
}

/** Adds (`times` 1) or takes away (-1) one task. */
export function addFacts(rollups: Rollups, facts: Facts, times: number): void {
  const { day, status, assignee, due, breached, lead_ms } = facts
  const sums = {
    tasks: times,
    completed: status === 'Completed' ? times : 0,
    overdue: breached === 1 && isOpen(status as TaskStatus) ? times : 0,
    due: due * times,
    breached: breached * times,
    lead_ms: (lead_ms ?? 0) * times,
  }
  const leads = lead_ms === null ? [] : [leadBucket(lead_ms), times]
  addTo(rollups, { slice: 'status', period: utcDay(day), name: status }, sums, leads)
  addTo(rollups, { slice: 'assignee', period: utcMonth(day), name: assignee }, sums, leads)
}

export function addTo(rollups: Rollups, of: Pick<Rollup, 'slice' | 'period' | 'name'>, sums: Readonly<Sums>, leads: LeadPairs): void {
  const id = rollupId(of)
  let rollup = rollups.get(id)
  if (rollup === undefined) {
    rollup = { ...of, sums: { ...NO_SUMS }, leads: new Map() }
    rollups.set(id, rollup)
  }
  for (const sum of SUMS) rollup.sums[sum] += sums[sum]
  addLeads(rollup.leads, leads)
}

/** `status/2026-03-02/Pending`, `assignee/2026-03/ann@example.org` */
function rollupId({ slice, period, name }: Pick<Rollup, 'slice' | 'period' | 'name'>): string {
  return `${slice}/${period.toISOString().slice(0, UNIT_OF[slice] === 'day' ? 10 : 7)}/${name}`
}

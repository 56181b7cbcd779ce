import type { Trx } from '../schema.ts'
import { deltaLeads, deltaSums, type Grouping, storedLeads, storedSums, taskLeads, taskSums } from './entries.ts'
import { countLeads, type LeadCounts, type LeadPairs, noLeads, readLeads } from './lead-buckets.ts'
import type { CreatedBetween } from './periods.ts'
import type { Sums } from './rollup.ts'

/** Where a range is read: `whole` from rollups and deltas, `edges` from the tasks. Of one snapshot, or it is not one answer. */
export interface Range {
  whole: CreatedBetween | null
  edges: readonly CreatedBetween[]
}

export interface GroupSums extends Sums {
  /** The beginning of a day, in UTC, when grouped by day. */
  key: string | Date
}

/** The sums of each group: biggest first, or the newest when they are days. */
export async function readSums(trx: Trx, grouping: Grouping, { whole, edges }: Range, limit: number): Promise<GroupSums[]> {
  const parts = [
    ...(whole === null
      ? []
      : [storedSums(trx, grouping, whole), deltaSums(trx, grouping, 'from', whole), deltaSums(trx, grouping, 'to', whole)]),
    ...edges.map((edge) => taskSums(trx, grouping, edge)),
  ]
  const [first, ...others] = parts as [ReturnType<typeof taskSums>, ...ReturnType<typeof taskSums>[]]
  const query = trx
    .selectFrom(others.reduce((all, part) => all.unionAll(part), first).as('part'))
    .select((eb) => {
      const sum = (column: keyof Sums) => eb.fn.sum<number>(column).as(column)
      return ['key', sum('tasks'), sum('completed'), sum('overdue'), sum('due'), sum('breached'), sum('lead_ms')]
    })
    .groupBy('key')
    // Groups that have lost their last task.
    .having((eb) => eb(eb.fn.sum<number>('part.tasks'), '>', 0))
  const ordered = grouping === 'day' ? query : query.orderBy((eb) => eb.fn.sum('part.tasks'), 'desc')
  return await ordered
    .orderBy('key', grouping === 'day' ? 'desc' : 'asc')
    .fetch(limit)
    .execute()
}

/** The lead times of each group; with `keys` of these only. A Date is a key by its number. */
export async function readLeadsOf(
  trx: Trx,
  grouping: 'day' | 'assignee',
  { whole, edges }: Range,
  keys?: readonly string[],
): Promise<Map<string | number, LeadCounts>> {
  const leads = new Map<string | number, LeadCounts>()
  const add = (key: string | Date, pairs: LeadPairs) => {
    const group = leads.get(keyOf(key)) ?? noLeads()
    leads.set(keyOf(key), group)
    countLeads(group, pairs)
  }
  if (keys?.length === 0) return leads
  if (whole !== null) for (const { key, leads } of await readStored(trx, grouping, whole, keys)) add(key, readLeads(leads))
  for (const { key, bucket, count } of await countUnfolded(trx, grouping, { whole, edges }, keys)) add(key, [bucket, count])
  return leads
}

export const keyOf = (key: string | Date) => (key instanceof Date ? key.getTime() : key)

async function readStored(trx: Trx, grouping: 'day' | 'assignee', whole: CreatedBetween, keys?: readonly string[]) {
  const query = storedLeads(trx, grouping, whole)
  return await (keys === undefined ? query : query.where('name', 'in', keys)).execute()
}

async function countUnfolded(trx: Trx, grouping: 'day' | 'assignee', { whole, edges }: Range, keys?: readonly string[]) {
  const parts = [
    ...(whole === null ? [] : [deltaLeads(trx, grouping, 'from', whole), deltaLeads(trx, grouping, 'to', whole)]),
    ...edges.map((edge) => taskLeads(trx, grouping, edge)),
  ]
  const [first, ...others] = parts as [ReturnType<typeof taskLeads>, ...ReturnType<typeof taskLeads>[]]
  let query = trx
    .selectFrom(others.reduce((all, part) => all.unionAll(part), first).as('part'))
    .select((eb) => ['key', 'bucket', eb.fn.sum<number>('count').as('count')])
    .groupBy(['key', 'bucket'])
  if (keys !== undefined) query = query.where('key', 'in', keys)
  return await query.execute()
}

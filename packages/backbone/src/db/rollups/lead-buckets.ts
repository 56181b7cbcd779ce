import { type Expression, sql } from 'kysely'

/** Each bucket's end lies 2 % above its beginning, the first one beginning at one millisecond. */
const WIDTH = 1.02
const STEP = Math.log(WIDTH)
/** Stands for no time at all, and for less (clocks may be set back): one bucket below that of a millisecond. */
const LEAST_MS = 0.99
/** A century stands for all that is longer. Up to there, and not for ever, a logarithm's last digits decide nothing. */
const MOST_MS = 36_525 * 86_400_000
const LAST = 1_453

/** How many lead times are to be added to each bucket, where few buckets are touched. */
export type Leads = Map<number, number>

/** `[bucket, count, bucket, count, …]`: how they are kept and sent, in JSON. */
export type LeadPairs = readonly number[]

/** How many there are in each bucket, the lowest of which is -1. */
export type LeadCounts = Int32Array

/** The bucket of a lead time. `leadBucketOf` is the same in SQL, which a test shows at the boundaries of every bucket. */
export function leadBucket(ms: number): number {
  return Math.floor(Math.log(Math.min(Math.max(ms, LEAST_MS), MOST_MS)) / STEP)
}

/** The bucket of a lead time that is not null. */
export function leadBucketOf(ms: Expression<number | null>) {
  const bounded = sql`least(greatest(${ms}, ${sql.lit(LEAST_MS)}), ${sql.lit(MOST_MS)})`
  return sql<number>`floor(ln(cast(${bounded} as double precision)) / ${sql.lit(STEP)})`
}

/** What stands for all lead times of a bucket: its middle, at most 1 % from each of them. */
function bucketSeconds(bucket: number): number {
  return bucket < 0 ? 0 : Math.round(WIDTH ** (bucket + 0.5)) / 1_000
}

export function noLeads(): LeadCounts {
  return new Int32Array(LAST + 2)
}

export function countLeads(counts: LeadCounts, pairs: LeadPairs): void {
  for (let i = 0; i < pairs.length; i += 2) add(counts, (pairs[i] ?? 0) + 1, pairs[i + 1] ?? 0)
}

export function addCounts(counts: LeadCounts, more: LeadCounts): void {
  for (let i = 0; i < more.length; i++) add(counts, i, more[i] ?? 0)
}

function add(counts: LeadCounts, i: number, count: number) {
  counts[i] = (counts[i] ?? 0) + count
}

/** The lead time that `share` of all do not exceed (nearest rank); null when there are none. */
export function leadPercentile(counts: LeadCounts, share: number): number | null {
  let all = 0
  for (const count of counts) all += count
  if (all === 0) return null
  let bucket = -1
  for (let below = counts[0] ?? 0; below < share * all; below += counts[bucket + 1] ?? 0) bucket++
  return bucketSeconds(bucket)
}

export function addLeads(to: Leads, pairs: LeadPairs): void {
  for (let i = 0; i < pairs.length; i += 2) {
    const bucket = pairs[i] ?? 0
    to.set(bucket, (to.get(bucket) ?? 0) + (pairs[i + 1] ?? 0))
  }
}

/** Null when there are none. */
export function leadsText(leads: Leads): string | null {
  const pairs = [...leads].filter(([, count]) => count !== 0).flat()
  return pairs.length === 0 ? null : JSON.stringify(pairs)
}

export function readLeads(text: string | null): LeadPairs {
  return text === null ? [] : JSON.parse(text)
}

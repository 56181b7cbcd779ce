import {
  addLeads,
  countLeads,
  type Leads,
  leadBucket,
  leadBucketOf,
  leadPercentile,
  leadsText,
  noLeads,
  readLeads,
} from '@lifeline/backbone/db/rollups/lead-buckets'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import fc from 'fast-check'
import { sql } from 'kysely'
import t from 'tap'

const LONGEST_MS = Date.UTC(9999, 11, 31) - Date.UTC(1970)
const CENTURY_MS = 36_525 * 86_400_000

/** The whole numbers next to every boundary between buckets: nowhere else could two logarithms disagree. */
function boundaries(): number[] {
  const all = new Set([-60_000, -1, 0, LONGEST_MS])
  for (let end = 1; end < LONGEST_MS; end *= 1.02) for (const ms of [Math.floor(end), Math.ceil(end)]) all.add(ms)
  return [...all]
}

for (const engine of ENGINES) {
  t.test(`${engine}: SQL puts every lead time into the same bucket as the code`, async (t) => {
    const db = await freshDatabase(t, engine)
    const none = { from_status: null, from_assignee: null, from_due: null, from_breached: null, from_lead_ms: null }
    const some = { to_status: 'Completed', to_assignee: 'x', to_due: 0, to_breached: 0 }
    const wanted = boundaries()
    for (let i = 0; i < wanted.length; i += 1_000) {
      const rows = wanted.slice(i, i + 1_000).map((ms) => ({ day: new Date(0), ...none, ...some, to_lead_ms: ms }))
      await db.insertInto('task_deltas').values(rows).execute()
    }
    const rows = await db
      .selectFrom('task_deltas')
      .select((eb) => ['to_lead_ms as ms', leadBucketOf(eb.ref('to_lead_ms')).as('bucket')])
      .execute()
    t.equal(rows.length, wanted.length)
    t.strictSame(
      rows.filter(({ ms, bucket }) => bucket !== leadBucket(ms ?? 0)),
      [],
    )
    const { rows: fractions } = await sql<{ bucket: number }>`select ${leadBucketOf(sql`0.4`)} as "bucket" from "task_deltas"
      where "to_lead_ms" = 0`.execute(db)
    t.strictSame(fractions, [{ bucket: -1 }])
  })
}

// What Oracle's own numbers would give; H2 and PostgreSQL calculate in doubles there.
t.test('a logarithm of 38 digits puts them there too', async (t) => {
  const db = await freshDatabase(t, 'postgres')
  const wanted = boundaries().filter((ms) => ms >= 1 && ms <= CENTURY_MS)
  const { rows } = await sql<{ ms: number; bucket: number }>`
    select ms, floor(ln(ms::numeric(40, 20)) / ${sql.lit(Math.log(1.02))}::numeric) as bucket
    from unnest(${wanted}::bigint[]) as ms`.execute(db)
  t.equal(rows.length, wanted.length)
  t.strictSame(
    rows.filter(({ ms, bucket }) => bucket !== leadBucket(ms)),
    [],
  )
})

t.test('a bucket is 2 % wide; a century stands for all that is longer', (t) => {
  for (let bucket = 200; bucket <= 1_453; bucket++) {
    t.equal(leadBucket(Math.ceil(1.02 ** bucket * (1 + 1e-12))), bucket)
    t.equal(leadBucket(Math.floor(1.02 ** bucket * (1 - 1e-12))), bucket - 1)
  }
  t.equal(leadBucket(CENTURY_MS), 1_453)
  t.equal(leadBucket(LONGEST_MS), 1_453)
  t.equal(leadBucket(0), -1)
  t.equal(leadBucket(-5_000), -1)
  t.end()
})

t.test('a percentile is the nearest rank, to 1 %', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: CENTURY_MS })), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(0.5, 0.95),
      (times, share) => {
        const counts = noLeads()
        for (const ms of times) countLeads(counts, [leadBucket(ms), 1])
        const exact = times.toSorted((a, b) => a - b)[Math.ceil(share * times.length) - 1] as number
        const told = (leadPercentile(counts, share) as number) * 1_000
        // A millisecond of rounding, which below a second is more than 1 %.
        t.ok(Math.abs(told - exact) <= exact * 0.01 + 1, `${told} for ${exact}`)
      },
    ),
  )
  t.equal(leadPercentile(noLeads(), 0.5), null)
  const none = noLeads()
  countLeads(none, [-1, 3])
  t.equal(leadPercentile(none, 0.95), 0)
  t.end()
})

t.test('lead times are kept as text; what adds up to nothing is not kept', (t) => {
  const leads: Leads = new Map([
    [612, 2],
    [-1, 1],
    [7, 1],
  ])
  addLeads(leads, [7, -1, 612, 1])
  t.equal(leadsText(leads), '[612,3,-1,1]')
  t.strictSame(readLeads('[612,3,-1,1]'), [612, 3, -1, 1])
  addLeads(leads, [612, -3, -1, -1])
  t.equal(leadsText(leads), null)
  t.strictSame(readLeads(null), [])
  t.end()
})

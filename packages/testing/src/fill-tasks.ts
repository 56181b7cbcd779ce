import { foldDeltas } from '@lifeline/backbone/db/rollups/fold-deltas'
import type { Db } from '@lifeline/backbone/db/schema'
import { type RawBuilder, sql } from 'kysely'

const BATCH = 100_000
const FOLDED_AT_ONCE = 20_000

export interface FillOptions {
  /** The youngest task is made just before; default now. */
  until?: Date
}

/**
 * Fills a migrated PostgreSQL with `count` tasks as a year of work by a thousand people would leave them: 60 % completed,
 * 10 % cancelled, 5 % on hold, the rest open; two of three with a deadline, some of them late; labels on two of five; one
 * or two log rows each. The same tasks for the same count and `until`. Set-based, because a million of them through the
 * application would take many minutes.
 */
export async function fillTasks(db: Db, count: number, { until = new Date() }: FillOptions = {}): Promise<void> {
  for (let first = 0; first < count; first += BATCH) await fillBatch(db, { first, last: Math.min(first + BATCH, count) - 1, count, until })
  // What a clock would have done meanwhile, and autovacuum.
  while ((await foldDeltas(db, FOLDED_AT_ONCE)) > 0);
  await sql`vacuum analyze`.execute(db)
}

interface Batch {
  first: number
  last: number
  count: number
  until: Date
}

/** A number from 0 to 1 for each task and question, always the same. */
const chance = (question: number) =>
  sql<number>`((hashint4extended(i, ${sql.lit(question)}) & 9007199254740991)::float8 / 9007199254740992)`

async function fillBatch(db: Db, { first, last, count, until }: Batch) {
  const year = sql`interval '365 days'`
  await sql`
    with draw as (
      select i, ${chance(1)} as fate, ${chance(2)} as who, ${chance(3)} as maker, ${chance(4)} as due, ${chance(5)} as lead,
        date_trunc('milliseconds', ${until}::timestamptz - ${year} + ${year} * ((i + ${chance(6)}) / ${sql.lit(count)})) as created_at
      from generate_series(${sql.lit(first)}, ${sql.lit(last)}) as i
    ), life as (
      select *,
        -- Two days on the average, seldom a month.
        least(${until}::timestamptz, date_trunc('milliseconds', created_at + interval '1 second' - ln(1 - lead) * interval '2 days')) as left_at,
        case when due < 0.67 then date_trunc('milliseconds', created_at + interval '1 hour' + interval '21 days' * due) end as due_at,
        case when fate < 0.6 then 'Completed' when fate < 0.7 then 'Cancelled' when fate < 0.75 then 'OnHold'
          when fate < 0.85 then 'InProgress' else 'Pending' end as status
      from draw
    ), task as (
      select *, case when due_at < case when status in ('Pending', 'InProgress') then ${until}::timestamptz else left_at end then due_at end as passed_at
      from life
    ), added as (
      insert into tasks (id, title, status, assignee, created_by, due_at, version, wake_at, fired_until, started_at, completed_at,
        deadline_passed_at, created_at, updated_at)
      select ${uuid(sql`created_at`, sql`i`)}, 'Task ' || i, status, 'person' || floor(1000 * who * sqrt(who)) || '@example.org',
        case when maker < 0.3 then 'key:ci' else 'mailto:person' || floor(1000 * maker) || '@example.org' end,
        due_at, case status when 'Pending' then 1 else 2 end,
        case when status in ('Pending', 'InProgress') and passed_at is null then due_at end, created_at,
        case when status in ('InProgress', 'Completed') then left_at end, case status when 'Completed' then left_at end,
        passed_at, created_at, case status when 'Pending' then created_at else left_at end
      from task
      returning *
    ), noted as (
      insert into task_deltas (day, to_status, to_assignee, to_due, to_breached, to_lead_ms)
      select date_trunc('day', created_at, 'UTC'), status, assignee, case when due_at is null then 0 else 1 end,
        case when deadline_passed_at is null then 0 else 1 end, extract(epoch from (completed_at - created_at)) * 1000
      from added
    ), labelled as (
      insert into task_labels (task_id, label)
      select id, 'label' || (abs(hashtext(title)) / 5 % 20) from added where abs(hashtext(title)) % 5 < 2
    )
    insert into task_logs (task_id, version, action, from_status, to_status, actor, at)
    select id, 1, 'created', null, 'Pending', created_by, created_at from added
    union all
    select id, 2, 'moved', 'Pending', status, created_by, updated_at from added where version = 2`.execute(db)
}

/** A UUIDv7 of its own, by the same clock as the application's. */
function uuid(at: RawBuilder<unknown>, n: RawBuilder<unknown>) {
  const ms = sql`lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint), 12, '0')`
  const tail = sql`md5((${n})::text)`
  return sql`(${ms} || '7' || substr(${tail}, 1, 3) || '8' || substr(${tail}, 4, 15))::uuid`
}

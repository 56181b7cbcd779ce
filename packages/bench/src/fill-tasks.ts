import type { Db } from '@lifeline/backbone/db/schema'
import { sql } from 'kysely'

/** How many people the tasks are spread over; one of them has a tenth of all. */
const PEOPLE = 1_000
const DAYS = 90
/** Rows of one statement. */
const BATCH = 250_000

/**
 * Fills an empty, migrated PostgreSQL with `count` tasks of the last 90 days, their ids in the order of creation, and
 * with the log rows that say how each came to its status. Nothing is due: whoever is open is due in years.
 */
export async function fillTasks(db: Db, count: number): Promise<void> {
  for (let from = 0; from < count; from += BATCH) await fillBatch(db, from, Math.min(from + BATCH, count), count)
  await sql`vacuum (analyze) tasks, task_logs`.execute(db)
}

async function fillBatch(db: Db, from: number, to: number, count: number): Promise<void> {
  await sql`
    with numbers as (
      select n, now() - (${count}::bigint - n) * (interval '1 day' * ${DAYS} / ${count}::bigint) as at, (n * 7919 % 100) as dice
      from generate_series(${from}::bigint, ${to - 1}::bigint) as n
    ), made as (
      select
        (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid as id,
        'Task ' || n || ', as long as titles mostly are' as title,
        case when dice < 40 then 'Completed' when dice < 65 then 'Pending' when dice < 85 then 'InProgress' when dice < 95 then 'OnHold' else 'Cancelled' end as status,
        case when n % 10 = 0 then 'person000' else 'person' || lpad((n * 104729 % ${PEOPLE})::text, 3, '0') end || '@example.org' as assignee,
        case when n % 2 = 0 then at + interval '10 years' end as due_at,
        at
      from numbers
    ), tasks_added as (
      insert into tasks (id, title, status, assignee, created_by, due_at, version, wake_at, fired_until, started_at, completed_at, created_at, updated_at)
      select id, title, status, assignee, 'key:bench', due_at, case status when 'Pending' then 1 when 'Completed' then 3 else 2 end,
        case when status in ('Pending', 'InProgress') then due_at end, at,
        case when status in ('InProgress', 'Completed') then at + interval '1 hour' end,
        case when status = 'Completed' then at + interval '1 hour' + interval '1 second' * (abs(hashtext(id::text)) % 864000) end, at, at
      from made
    )
    insert into task_logs (task_id, version, action, from_status, to_status, actor, changes, at)
    select id, 1, 'created', null, 'Pending', 'key:bench', null, at from made
    union all
    select id, 2, 'moved', 'Pending', case status when 'Completed' then 'InProgress' else status end, 'key:bench',
      '{"status":{"from":"Pending","to":"InProgress"}}', at + interval '1 hour' from made where status <> 'Pending'
    union all
    select id, 3, 'moved', 'InProgress', 'Completed', 'key:bench', '{"status":{"from":"InProgress","to":"Completed"}}',
      at + interval '1 hour' + interval '1 second' * (abs(hashtext(id::text)) % 864000) from made where status = 'Completed'`.execute(db)
}

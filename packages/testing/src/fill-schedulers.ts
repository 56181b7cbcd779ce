import type { Db } from '@lifeline/backbone/db/schema'
import { sql } from 'kysely'

export interface FillSchedulersOptions {
  /** When they reported last. */
  now: Date
  periodSeconds?: number
  graceSeconds?: number
}

/**
 * Fills a migrated PostgreSQL with `count` schedulers that are Up, each with two tags and one ping, all of them expected a
 * period after `now`; their tokens are `token-1`, `token-2`, … Set-based, because a hundred thousand registrations take long.
 */
export async function fillSchedulers(db: Db, count: number, { now, periodSeconds = 60, graceSeconds = 60 }: FillSchedulersOptions) {
  const id = sql`(lpad(to_hex(${now.getTime()}::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(i), 15, '0'))::uuid`
  const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000)
  const expected = later(periodSeconds)
  await sql`
    with added as (
      insert into schedulers (id, name, name_key, slug, ping_token, period_seconds, time_zone, grace_seconds, failure_tolerance,
        recovery_threshold, warn_when_late, sticky_pause, status, last_ping_at, last_success_at, expected_at, consecutive_failures,
        consecutive_successes, pings, runs, version, revision, wake_at, created_by, created_at, updated_at)
      select ${id}, 'job ' || i, 'job ' || i, 'job-' || i, 'token-' || i, ${periodSeconds}::int, 'UTC', ${graceSeconds}::int, 1,
        1, 0, 0, 'Up', ${now}::timestamptz, ${now}::timestamptz, ${expected}::timestamptz, 0,
        1, 1, 1, 2, 2, ${later(periodSeconds + graceSeconds)}::timestamptz, 'key:ci', ${now}::timestamptz, ${now}::timestamptz
      from generate_series(1, ${sql.lit(count)}) as i
      returning id, name
    ), tagged as (
      insert into scheduler_tags (scheduler_id, tag)
      select id, 'team ' || (abs(hashtext(name)) % 20) from added union all select id, 'all' from added
    ), pinged as (
      insert into scheduler_pings (scheduler_id, number, kind, at, body_cut) select id, 1, 'success', ${now}::timestamptz, 0 from added
    ), logged as (
      insert into scheduler_logs (scheduler_id, version, action, to_status, actor, at)
      select id, 1, 'registered', 'New', 'key:ci', ${now}::timestamptz from added
      union all select id, 2, 'up', 'Up', 'key:ci', ${now}::timestamptz from added
    )
    insert into scheduler_runs (scheduler_id, number, ended_at, outcome) select id, 1, ${now}::timestamptz, 'Succeeded' from added`.execute(
    db,
  )
  await sql`vacuum analyze`.execute(db)
}

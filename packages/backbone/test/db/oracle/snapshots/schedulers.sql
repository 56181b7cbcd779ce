-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- schedulers/availability.ts: countUnmoved
select "status", count(*) "schedulers" from "schedulers" where "id" in (select "schedulers"."id" from "schedulers" where "schedulers"."deleted_at" is null) and "created_at" < :1 and not exists (select "version" from "scheduler_logs" where "scheduler_logs"."scheduler_id" = "schedulers"."id" and "at" >= :2 and ("from_status" is null or "from_status" <> "to_status")) group by "status";

-- schedulers/availability.ts: countUnmoved
select "status", count(*) "schedulers" from "schedulers" where "id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."created_by" in (:1))) and "created_at" < :2 and not exists (select "version" from "scheduler_logs" where "scheduler_logs"."scheduler_id" = "schedulers"."id" and "at" >= :3 and ("from_status" is null or "from_status" <> "to_status")) group by "status";

-- schedulers/availability.ts: countUnmoved
select "status", count(*) "schedulers" from "schedulers" where "id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."id" = :1)) and "created_at" < :2 and not exists (select "version" from "scheduler_logs" where "scheduler_logs"."scheduler_id" = "schedulers"."id" and "at" >= :3 and ("from_status" is null or "from_status" <> "to_status")) group by "status";

-- schedulers/availability.ts: countUnmoved
select "status", count(*) "schedulers" from "schedulers" where "id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :1))) and "created_at" < :2 and not exists (select "version" from "scheduler_logs" where "scheduler_logs"."scheduler_id" = "schedulers"."id" and "at" >= :3 and ("from_status" is null or "from_status" <> "to_status")) group by "status";

-- schedulers/availability.ts: listDownThroughout
select "id" from "schedulers" where "id" in (select "schedulers"."id" from "schedulers" where "schedulers"."deleted_at" is null) and "created_at" < :1 and not exists (select "version" from "scheduler_logs" where "scheduler_logs"."scheduler_id" = "schedulers"."id" and "at" >= :2 and ("from_status" is null or "from_status" <> "to_status")) and "status" = :3 order by "id" desc fetch next :4 rows only;

-- schedulers/availability.ts: listDownThroughout
select "id" from "schedulers" where "id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."created_by" in (:1))) and "created_at" < :2 and not exists (select "version" from "scheduler_logs" where "scheduler_logs"."scheduler_id" = "schedulers"."id" and "at" >= :3 and ("from_status" is null or "from_status" <> "to_status")) and "status" = :4 order by "id" desc fetch next :5 rows only;

-- schedulers/availability.ts: listDownThroughout
select "id" from "schedulers" where "id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."id" = :1)) and "created_at" < :2 and not exists (select "version" from "scheduler_logs" where "scheduler_logs"."scheduler_id" = "schedulers"."id" and "at" >= :3 and ("from_status" is null or "from_status" <> "to_status")) and "status" = :4 order by "id" desc fetch next :5 rows only;

-- schedulers/availability.ts: listDownThroughout
select "id" from "schedulers" where "id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :1))) and "created_at" < :2 and not exists (select "version" from "scheduler_logs" where "scheduler_logs"."scheduler_id" = "schedulers"."id" and "at" >= :3 and ("from_status" is null or "from_status" <> "to_status")) and "status" = :4 order by "id" desc fetch next :5 rows only;

-- schedulers/availability.ts: readMoves
select "scheduler_id", "from_status", "to_status", "at" from "scheduler_logs" where "at" >= :1 and ("from_status" is null or "from_status" <> "to_status") and "scheduler_id" in (select "schedulers"."id" from "schedulers" where "schedulers"."deleted_at" is null) order by "scheduler_id", "version" fetch next :2 rows only;

-- schedulers/availability.ts: readMoves
select "scheduler_id", "from_status", "to_status", "at" from "scheduler_logs" where "at" >= :1 and ("from_status" is null or "from_status" <> "to_status") and "scheduler_id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."created_by" in (:2))) order by "scheduler_id", "version" fetch next :3 rows only;

-- schedulers/availability.ts: readMoves
select "scheduler_id", "from_status", "to_status", "at" from "scheduler_logs" where "at" >= :1 and ("from_status" is null or "from_status" <> "to_status") and "scheduler_id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."id" = :2)) order by "scheduler_id", "version" fetch next :3 rows only;

-- schedulers/availability.ts: readMoves
select "scheduler_id", "from_status", "to_status", "at" from "scheduler_logs" where "at" >= :1 and ("from_status" is null or "from_status" <> "to_status") and "scheduler_id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :2))) order by "scheduler_id", "version" fetch next :3 rows only;

-- schedulers/find-schedulers.ts: findIdBySlug
select "id" from "schedulers" where "slug" = :1;

-- schedulers/find-schedulers.ts: findNames
select "id", "name_key" from "schedulers" where "name_key" in (:1);

-- schedulers/find-schedulers.ts: makeTokenLookup
select "id" from "schedulers" where "ping_token" = :1;

-- schedulers/history.ts: listPings
select * from "scheduler_pings" where "scheduler_id" = :1 and "number" < :2 order by "number" desc fetch next :3 rows only /* one plan */;

-- schedulers/history.ts: listRuns
select * from "scheduler_runs" where "scheduler_id" = :1 and "number" < :2 order by "number" desc fetch next :3 rows only /* one plan */;

-- schedulers/history.ts: listSchedulerLogs
select * from "scheduler_logs" where "scheduler_id" = :1 and "version" < :2 order by "version" desc fetch next :3 rows only /* one plan */;

-- schedulers/history.ts: ofScheduler
select "id", "created_by" from "schedulers" where "id" in (:1) and "deleted_at" is null;

-- schedulers/history.ts: ofScheduler
select "scheduler_runs".* from "schedulers" inner join "scheduler_runs" on ("scheduler_runs"."scheduler_id" = "schedulers"."id" and "scheduler_runs"."number" = "schedulers"."runs") where "id" in (:1);

-- schedulers/list-schedulers.ts: countSchedulers
select count(*) "count" from (select "id" from "schedulers" where "deleted_at" is null fetch next :1 rows only) "counted";

-- schedulers/list-schedulers.ts: countSchedulers
select count(*) "count" from (select "id" from "schedulers" where ("deleted_at" is null and "created_by" in (:1)) fetch next :2 rows only) "counted";

-- schedulers/list-schedulers.ts: countSchedulers
select count(*) "count" from (select "id" from "schedulers" where ("deleted_at" is null and "id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :1)) fetch next :2 rows only) "counted";

-- schedulers/read-with-tags.ts: findTags
select * from "scheduler_tags" where "scheduler_id" in (:1);

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where "deleted_at" is null and "id" < :1 order by "id" desc fetch next :2 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where "deleted_at" is null order by "id" desc fetch next :1 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where "deleted_at" is null order by "id" desc offset :1 rows fetch next :2 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and "created_by" in (:1)) order by "id" desc fetch next :2 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and "id" = :1) order by "id" desc fetch next :2 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and "id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :1) and "id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :2)) order by "id" desc fetch next :3 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and "id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :1)) order by "id" desc fetch next :2 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and "status" in (:1)) order by "id" desc fetch next :2 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and ("id" = :1 or "id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :2))) order by "id" desc fetch next :3 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and ("status" in (:1) and "open_runs" is null and "expected_at" is not null and "expected_at" <= :2)) order by "id" desc fetch next :3 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and 1 = 0) order by "id" desc fetch next :1 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and 1 = 1) order by "id" desc fetch next :1 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and lower("name") like :1 escape '!') order by "id" desc fetch next :2 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and not "id" = :1) order by "id" desc fetch next :2 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and not ("status" in (:1) and "open_runs" is null and "expected_at" is not null and "expected_at" <= :2)) order by "id" desc fetch next :3 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and not 1 = 0) order by "id" desc fetch next :1 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_duration_ms", "last_error", "expected_at", "down_since", "open_runs", "flips", "pings", "version", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure" from "schedulers" where ("deleted_at" is null and not 1 = 1) order by "id" desc fetch next :1 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "status", "open_runs", "expected_at", "last_duration_ms" from "schedulers" where "deleted_at" is null and "created_by" in (:1) order by "id" fetch next :2 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select "id", "name", "status", "open_runs", "expected_at", "last_duration_ms" from "schedulers" where "deleted_at" is null order by "id" fetch next :1 rows only;

-- schedulers/read-with-tags.ts: readWithTags
select * from "schedulers" where "id" in (:1) and "deleted_at" is null;

-- schedulers/register-scheduler.ts: findSlugs
select "slug" from "schedulers" where "slug" in (:1);

-- schedulers/register-scheduler.ts: findTaken
select "id", "name_key", "slug" from "schedulers" where "name_key" in (:1) union all select "id", "name_key", "slug" from "schedulers" where "slug" in (:2);

-- schedulers/register-scheduler.ts: takenTokens
select "ping_token" from "schedulers" where "ping_token" in (:1);

-- schedulers/run-sums.ts: readRuns
select sum(case when "run"."outcome" = 'Succeeded' then 1 else 0 end) "runsSucceeded", sum(case when "run"."outcome" = 'Failed' then 1 else 0 end) "runsFailed", sum(case when "run"."outcome" = 'TimedOut' then 1 else 0 end) "runsTimedOut", sum(case when "run"."outcome" = 'Missed' then 1 else 0 end) "runsMissed", sum(case when "run"."outcome" = 'Lost' then 1 else 0 end) "runsLost", percentile_disc(0.5) within group (order by "run"."duration_ms") "p50", percentile_disc(0.95) within group (order by "run"."duration_ms") "p95" from (select "outcome", "duration_ms" from "scheduler_runs" where "ended_at" >= :1 and "ended_at" < :2 and "scheduler_id" in (select "schedulers"."id" from "schedulers" where "schedulers"."deleted_at" is null)) "run";

-- schedulers/run-sums.ts: readRuns
select sum(case when "run"."outcome" = 'Succeeded' then 1 else 0 end) "runsSucceeded", sum(case when "run"."outcome" = 'Failed' then 1 else 0 end) "runsFailed", sum(case when "run"."outcome" = 'TimedOut' then 1 else 0 end) "runsTimedOut", sum(case when "run"."outcome" = 'Missed' then 1 else 0 end) "runsMissed", sum(case when "run"."outcome" = 'Lost' then 1 else 0 end) "runsLost", percentile_disc(0.5) within group (order by "run"."duration_ms") "p50", percentile_disc(0.95) within group (order by "run"."duration_ms") "p95" from (select "outcome", "duration_ms" from "scheduler_runs" where "ended_at" >= :1 and "ended_at" < :2 and "scheduler_id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."created_by" in (:3)))) "run";

-- schedulers/run-sums.ts: readRuns
select sum(case when "run"."outcome" = 'Succeeded' then 1 else 0 end) "runsSucceeded", sum(case when "run"."outcome" = 'Failed' then 1 else 0 end) "runsFailed", sum(case when "run"."outcome" = 'TimedOut' then 1 else 0 end) "runsTimedOut", sum(case when "run"."outcome" = 'Missed' then 1 else 0 end) "runsMissed", sum(case when "run"."outcome" = 'Lost' then 1 else 0 end) "runsLost", percentile_disc(0.5) within group (order by "run"."duration_ms") "p50", percentile_disc(0.95) within group (order by "run"."duration_ms") "p95" from (select "outcome", "duration_ms" from "scheduler_runs" where "ended_at" >= :1 and "ended_at" < :2 and "scheduler_id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."id" = :3))) "run";

-- schedulers/run-sums.ts: readRuns
select sum(case when "run"."outcome" = 'Succeeded' then 1 else 0 end) "runsSucceeded", sum(case when "run"."outcome" = 'Failed' then 1 else 0 end) "runsFailed", sum(case when "run"."outcome" = 'TimedOut' then 1 else 0 end) "runsTimedOut", sum(case when "run"."outcome" = 'Missed' then 1 else 0 end) "runsMissed", sum(case when "run"."outcome" = 'Lost' then 1 else 0 end) "runsLost", percentile_disc(0.5) within group (order by "run"."duration_ms") "p50", percentile_disc(0.95) within group (order by "run"."duration_ms") "p95" from (select "outcome", "duration_ms" from "scheduler_runs" where "ended_at" >= :1 and "ended_at" < :2 and "scheduler_id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :3)))) "run";

-- schedulers/run-sums.ts: readRunsByPeriod
select "period", sum(case when "run"."outcome" = 'Succeeded' then 1 else 0 end) "runsSucceeded", sum(case when "run"."outcome" = 'Failed' then 1 else 0 end) "runsFailed", sum(case when "run"."outcome" = 'TimedOut' then 1 else 0 end) "runsTimedOut", sum(case when "run"."outcome" = 'Missed' then 1 else 0 end) "runsMissed", sum(case when "run"."outcome" = 'Lost' then 1 else 0 end) "runsLost", percentile_disc(0.5) within group (order by "run"."duration_ms") "p50", percentile_disc(0.95) within group (order by "run"."duration_ms") "p95" from (select "outcome", "duration_ms", case when "ended_at" < :1 then 0 end "period" from "scheduler_runs" where "ended_at" >= :2 and "ended_at" < :3 and "scheduler_id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."created_by" in (:4)))) "run" group by "period";

-- schedulers/run-sums.ts: readRunsByPeriod
select "period", sum(case when "run"."outcome" = 'Succeeded' then 1 else 0 end) "runsSucceeded", sum(case when "run"."outcome" = 'Failed' then 1 else 0 end) "runsFailed", sum(case when "run"."outcome" = 'TimedOut' then 1 else 0 end) "runsTimedOut", sum(case when "run"."outcome" = 'Missed' then 1 else 0 end) "runsMissed", sum(case when "run"."outcome" = 'Lost' then 1 else 0 end) "runsLost", percentile_disc(0.5) within group (order by "run"."duration_ms") "p50", percentile_disc(0.95) within group (order by "run"."duration_ms") "p95" from (select "outcome", "duration_ms", case when "ended_at" < :1 then 0 when "ended_at" < :2 then 1 end "period" from "scheduler_runs" where "ended_at" >= :3 and "ended_at" < :4 and "scheduler_id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."id" = :5))) "run" group by "period";

-- schedulers/scheduler-wakes.ts: repairSchedulers
update "schedulers" set "wake_at" = :1 where "deleted_at" is null and ("wake_at" is null or "wake_at" > :2) and (("status" in (:3) and "open_runs" is null and "expected_at" <= :4 and ("wake_at" is null or (((extract(day from ("wake_at" - "expected_at")) * 24 + extract(hour from ("wake_at" - "expected_at"))) * 60 + extract(minute from ("wake_at" - "expected_at"))) * 60 + extract(second from ("wake_at" - "expected_at"))) > "grace_seconds")) or ("status" <> :5 and "open_runs" is not null and "wake_at" is null) or ("status" = :6 and "paused_until" <= :7));

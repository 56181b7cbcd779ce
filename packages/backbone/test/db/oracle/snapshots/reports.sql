-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- reports/find-reports.ts: findReports
select * from "reports" where "id" in (:1) and "deleted_at" is null;

-- reports/find-reports.ts: listReports
select * from "reports" where "deleted_at" is null order by "id" desc fetch next :1 rows only;

-- reports/find-reports.ts: takenNames
select "id", "name_key" from "reports" where "name_key" in (:1);

-- reports/read-summary.ts: findLongest
select "schedulers"."name", "run"."duration_ms" from (select "scheduler_id", "duration_ms" from "scheduler_runs" where "ended_at" >= :1 and "ended_at" < :2 and "scheduler_id" in (select "schedulers"."id" from "schedulers" where "schedulers"."deleted_at" is null) and "duration_ms" is not null) "run" inner join "schedulers" on ("schedulers"."id" = "run"."scheduler_id") order by "run"."duration_ms" desc, "schedulers"."name" fetch next :3 rows only;

-- reports/read-summary.ts: findLongest
select "schedulers"."name", "run"."duration_ms" from (select "scheduler_id", "duration_ms" from "scheduler_runs" where "ended_at" >= :1 and "ended_at" < :2 and "scheduler_id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :3))) and "duration_ms" is not null) "run" inner join "schedulers" on ("schedulers"."id" = "run"."scheduler_id") order by "run"."duration_ms" desc, "schedulers"."name" fetch next :4 rows only;

-- reports/read-summary.ts: listFailing
select "schedulers"."name", sum(case when "run"."outcome" = 'Failed' then 1 else 0 end) "failed", sum(case when "run"."outcome" = 'TimedOut' then 1 else 0 end) "timed_out", sum(case when "run"."outcome" = 'Missed' then 1 else 0 end) "missed" from (select "scheduler_id", "outcome" from "scheduler_runs" where "ended_at" >= :1 and "ended_at" < :2 and "scheduler_id" in (select "schedulers"."id" from "schedulers" where "schedulers"."deleted_at" is null) and "outcome" in (:3)) "run" inner join "schedulers" on ("schedulers"."id" = "run"."scheduler_id") group by "schedulers"."id", "schedulers"."name" order by count(*) desc, "schedulers"."name" fetch next :4 rows only;

-- reports/read-summary.ts: listFailing
select "schedulers"."name", sum(case when "run"."outcome" = 'Failed' then 1 else 0 end) "failed", sum(case when "run"."outcome" = 'TimedOut' then 1 else 0 end) "timed_out", sum(case when "run"."outcome" = 'Missed' then 1 else 0 end) "missed" from (select "scheduler_id", "outcome" from "scheduler_runs" where "ended_at" >= :1 and "ended_at" < :2 and "scheduler_id" in (select "schedulers"."id" from "schedulers" where ("schedulers"."deleted_at" is null and "schedulers"."id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :3))) and "outcome" in (:4)) "run" inner join "schedulers" on ("schedulers"."id" = "run"."scheduler_id") group by "schedulers"."id", "schedulers"."name" order by count(*) desc, "schedulers"."name" fetch next :5 rows only;

-- reports/read-summary.ts: readSummary
select "name" from "schedulers" where "schedulers"."deleted_at" is null and "schedulers"."id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :1) and "status" = :2 order by "name" fetch next :3 rows only;

-- reports/read-summary.ts: readSummary
select "name" from "schedulers" where "schedulers"."deleted_at" is null and "status" = :1 order by "name" fetch next :2 rows only;

-- reports/read-table.ts: readCounts
select "status", count(*) "schedulers", sum(case when ("status" in (:1) and "open_runs" is null and "expected_at" is not null and "expected_at" <= :2) then 1 else 0 end) "late", sum(case when "open_runs" is not null then 1 else 0 end) "running", sum(case when ("status" in (:3) and "expected_at" is not null and "expected_at" < :4) then 1 else 0 end) "expected" from "schedulers" where "schedulers"."deleted_at" is null and "schedulers"."id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :5) group by "status";

-- reports/read-table.ts: readCounts
select "status", count(*) "schedulers", sum(case when ("status" in (:1) and "open_runs" is null and "expected_at" is not null and "expected_at" <= :2) then 1 else 0 end) "late", sum(case when "open_runs" is not null then 1 else 0 end) "running", sum(case when ("status" in (:3) and "expected_at" is not null and "expected_at" < :4) then 1 else 0 end) "expected" from "schedulers" where "schedulers"."deleted_at" is null group by "status";

-- reports/read-table.ts: readRows
select * from (select "name", "status", "open_runs", "expected_at", "last_ping_at", "last_duration_ms", "last_error", case when "status" = :1 then 0 when ("status" in (:2) and "open_runs" is null and "expected_at" is not null and "expected_at" <= :3) then 1 when "open_runs" is not null then 2 when "status" = :4 then 4 else 3 end "urgency" from "schedulers" where "schedulers"."deleted_at" is null and "schedulers"."id" in (select "scheduler_id" from "scheduler_tags" where "tag" = :5)) "ranked" order by "urgency", "expected_at", "name" fetch next :6 rows only;

-- reports/read-table.ts: readRows
select * from (select "name", "status", "open_runs", "expected_at", "last_ping_at", "last_duration_ms", "last_error", case when "status" = :1 then 0 when ("status" in (:2) and "open_runs" is null and "expected_at" is not null and "expected_at" <= :3) then 1 when "open_runs" is not null then 2 when "status" = :4 then 4 else 3 end "urgency" from "schedulers" where "schedulers"."deleted_at" is null) "ranked" order by "urgency", "expected_at", "name" fetch next :5 rows only;

-- reports/report-wakes.ts: repairReports
update "reports" set "wake_at" = :1 where "deleted_at" is null and ("wake_at" is null or "wake_at" > :2) and (("status" = :3 and "starts_at" <= :4) or ("status" = :5 and ("ends_at" <= :6 or "next_refresh_at" <= :7)));

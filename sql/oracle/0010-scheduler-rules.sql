-- What a scheduler's reports are held to.

-- JSON: words by which the body of a ping that says nothing else is understood; null for none.
alter table "schedulers" add "content_rules" varchar2(4000);

-- Runs that succeed too fast or too often. `counted_runs` is JSON: the successes since the last expectation that was met, and
-- whether an anomaly was told since.
alter table "schedulers" add "min_runtime_seconds" number(10);
alter table "schedulers" add "max_runs_per_period" number(10);
alter table "schedulers" add "anomaly_is_failure" number(5) default 0 not null;
alter table "schedulers" add "counted_runs" varchar2(200);

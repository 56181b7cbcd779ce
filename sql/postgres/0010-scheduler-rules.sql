-- What a scheduler's reports are held to.

-- JSON: words by which the body of a ping that says nothing else is understood; null for none.
alter table schedulers add column content_rules varchar(4000);

-- Runs that succeed too fast or too often. `counted_runs` is JSON: the successes since the last expectation that was met, and
-- whether an anomaly was told since.
alter table schedulers add column min_runtime_seconds integer;
alter table schedulers add column max_runs_per_period integer;
alter table schedulers add column anomaly_is_failure smallint default 0 not null;
alter table schedulers add column counted_runs varchar(200);

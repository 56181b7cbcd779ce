-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- prune-old.ts: pruneOld
select "hash", "created_at" from "refresh_tokens" where "created_at" < :1 order by "created_at" fetch next :2 rows only;

-- prune-old.ts: pruneOld
select "id", "created_at" from "idempotency_keys" where "created_at" < :1 order by "created_at" fetch next :2 rows only;

-- prune-old.ts: pruneOld
select "id", "resolved_at" from "incidents" where "resolved_at" < :1 order by "resolved_at" fetch next :2 rows only;

-- prune-old.ts: pruneOld
select "id", "sent_at" from "notifications" where "sent_at" < :1 order by "sent_at" fetch next :2 rows only;

-- prune-old.ts: pruneOld
select "id", "told_at" from "alert_folds" where "told_at" < :1 order by "told_at" fetch next :2 rows only;

-- prune-old.ts: pruneOld
select "id", "window_at" from "rate_counts" where "window_at" < :1 order by "window_at" fetch next :2 rows only;

-- prune-old.ts: pruneOld
select "incident_id", "version", "at" from "incident_logs" where "at" < :1 order by "at" fetch next :2 rows only;

-- prune-old.ts: pruneOld
select "report_id", "version", "at" from "report_logs" where "at" < :1 order by "at" fetch next :2 rows only;

-- prune-old.ts: pruneOld
select "scheduler_id", "number", "at" from "scheduler_pings" where "at" < :1 order by "at" fetch next :2 rows only;

-- prune-old.ts: pruneOld
select "scheduler_id", "number", "ended_at" from "scheduler_runs" where "ended_at" < :1 order by "ended_at" fetch next :2 rows only;

-- prune-old.ts: pruneOld
select "scheduler_id", "version", "at" from "scheduler_logs" where "at" < :1 order by "at" fetch next :2 rows only;

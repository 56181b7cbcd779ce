-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- audit/list-audit.ts: listOne
select "channel_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "channel_logs" order by "at" desc, "channel_id" desc, "version" desc fetch next :1 rows only;

-- audit/list-audit.ts: listOne
select "channel_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "channel_logs" where "actor" = :1 order by "at" desc, "channel_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "channel_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "channel_logs" where "at" < :1 order by "at" desc, "channel_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "channel_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "channel_logs" where "at" <= :1 order by "at" desc, "channel_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "channel_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "channel_logs" where "at" >= :1 order by "at" desc, "channel_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "incident_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "incident_logs" order by "at" desc, "incident_id" desc, "version" desc fetch next :1 rows only;

-- audit/list-audit.ts: listOne
select "incident_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "incident_logs" where "actor" = :1 order by "at" desc, "incident_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "incident_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "incident_logs" where "at" < :1 order by "at" desc, "incident_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "incident_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "incident_logs" where "at" <= :1 order by "at" desc, "incident_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "incident_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "incident_logs" where "at" >= :1 order by "at" desc, "incident_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "key_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "key_logs" order by "at" desc, "key_id" desc, "version" desc fetch next :1 rows only;

-- audit/list-audit.ts: listOne
select "key_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "key_logs" where "actor" = :1 order by "at" desc, "key_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "key_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "key_logs" where "at" < :1 order by "at" desc, "key_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "key_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "key_logs" where "at" <= :1 and ("at" < :2 or ("at" = :3 and "key_id" < :4) or ("at" = :5 and "key_id" = :6 and "version" < :7)) order by "at" desc, "key_id" desc, "version" desc fetch next :8 rows only;

-- audit/list-audit.ts: listOne
select "key_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "key_logs" where "at" <= :1 order by "at" desc, "key_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "key_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "key_logs" where "at" >= :1 order by "at" desc, "key_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "key_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "key_logs" where "key_id" = :1 order by "at" desc, "key_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "report_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "report_logs" order by "at" desc, "report_id" desc, "version" desc fetch next :1 rows only;

-- audit/list-audit.ts: listOne
select "report_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "report_logs" where "actor" = :1 order by "at" desc, "report_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "report_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "report_logs" where "at" < :1 order by "at" desc, "report_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "report_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "report_logs" where "at" <= :1 order by "at" desc, "report_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "report_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "report_logs" where "at" >= :1 order by "at" desc, "report_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "scheduler_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "scheduler_logs" order by "at" desc, "scheduler_id" desc, "version" desc fetch next :1 rows only;

-- audit/list-audit.ts: listOne
select "scheduler_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "scheduler_logs" where "actor" = :1 order by "at" desc, "scheduler_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "scheduler_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "scheduler_logs" where "at" < :1 order by "at" desc, "scheduler_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "scheduler_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "scheduler_logs" where "at" <= :1 order by "at" desc, "scheduler_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "scheduler_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "scheduler_logs" where "at" >= :1 order by "at" desc, "scheduler_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "session_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "session_logs" order by "at" desc, "session_id" desc, "version" desc fetch next :1 rows only;

-- audit/list-audit.ts: listOne
select "session_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "session_logs" where "actor" = :1 order by "at" desc, "session_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "session_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "session_logs" where "at" < :1 order by "at" desc, "session_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "session_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "session_logs" where "at" <= :1 order by "at" desc, "session_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "session_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "session_logs" where "at" >= :1 order by "at" desc, "session_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "task_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "task_logs" order by "at" desc, "task_id" desc, "version" desc fetch next :1 rows only;

-- audit/list-audit.ts: listOne
select "task_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "task_logs" where "actor" = :1 order by "at" desc, "task_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "task_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "task_logs" where "at" < :1 order by "at" desc, "task_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "task_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "task_logs" where "at" <= :1 and ("at" < :2 or ("at" = :3 and "task_id" < :4) or ("at" = :5 and "task_id" = :6 and "version" < :7)) order by "at" desc, "task_id" desc, "version" desc fetch next :8 rows only;

-- audit/list-audit.ts: listOne
select "task_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "task_logs" where "at" >= :1 order by "at" desc, "task_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "task_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "task_logs" where "task_id" = :1 order by "at" desc, "task_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "user_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "user_logs" order by "at" desc, "user_id" desc, "version" desc fetch next :1 rows only;

-- audit/list-audit.ts: listOne
select "user_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "user_logs" where "actor" = :1 order by "at" desc, "user_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "user_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "user_logs" where "at" < :1 order by "at" desc, "user_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "user_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "user_logs" where "at" >= :1 order by "at" desc, "user_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "window_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "maintenance_window_logs" order by "at" desc, "window_id" desc, "version" desc fetch next :1 rows only;

-- audit/list-audit.ts: listOne
select "window_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "maintenance_window_logs" where "actor" = :1 order by "at" desc, "window_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "window_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "maintenance_window_logs" where "at" < :1 order by "at" desc, "window_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "window_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "maintenance_window_logs" where "at" <= :1 order by "at" desc, "window_id" desc, "version" desc fetch next :2 rows only;

-- audit/list-audit.ts: listOne
select "window_id" "id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at" from "maintenance_window_logs" where "at" >= :1 order by "at" desc, "window_id" desc, "version" desc fetch next :2 rows only;

-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- dialect/oracle/write.ts: sendMany
delete from "alert_folds" where "id" = :1 and "told_at" = :2;

-- dialect/oracle/write.ts: sendMany
delete from "idempotency_keys" where "id" = :1 and "created_at" = :2;

-- dialect/oracle/write.ts: sendMany
delete from "incident_logs" where "incident_id" = :1 and "version" = :2 and "at" = :3;

-- dialect/oracle/write.ts: sendMany
delete from "incidents" where "id" = :1 and "resolved_at" = :2;

-- dialect/oracle/write.ts: sendMany
delete from "notifications" where "id" = :1 and "sent_at" = :2;

-- dialect/oracle/write.ts: sendMany
delete from "rate_counts" where "id" = :1 and "window_at" = :2;

-- dialect/oracle/write.ts: sendMany
delete from "refresh_tokens" where "hash" = :1 and "created_at" = :2;

-- dialect/oracle/write.ts: sendMany
delete from "report_logs" where "report_id" = :1 and "version" = :2 and "at" = :3;

-- dialect/oracle/write.ts: sendMany
delete from "scheduler_logs" where "scheduler_id" = :1 and "version" = :2 and "at" = :3;

-- dialect/oracle/write.ts: sendMany
delete from "scheduler_pings" where "scheduler_id" = :1 and "number" = :2;

-- dialect/oracle/write.ts: sendMany
delete from "scheduler_pings" where "scheduler_id" = :1 and "number" = :2 and "at" = :3;

-- dialect/oracle/write.ts: sendMany
delete from "scheduler_runs" where "scheduler_id" = :1 and "number" = :2 and "ended_at" = :3;

-- dialect/oracle/write.ts: sendMany
delete from "scheduler_tags" where "scheduler_id" = :1 and "tag" = :2;

-- dialect/oracle/write.ts: sendMany
delete from "task_labels" where "task_id" = :1 and "label" = :2;

-- dialect/oracle/write.ts: sendMany
insert into "alert_folds" ("id", "key_hash", "told_at", "left_out", "version") values (:1, :2, :3, :4, :5);

-- dialect/oracle/write.ts: sendMany
insert into "channel_logs" ("channel_id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "channels" ("id", "name", "name_key", "type", "settings", "sealed", "events", "status", "disabled_reason", "version", "created_by", "created_at", "updated_at", "deleted_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14);

-- dialect/oracle/write.ts: sendMany
insert into "idempotency_keys" ("id", "request_hash", "status", "answer_headers", "body", "created_at") values (:1, :2, :3, :4, :5, :6);

-- dialect/oracle/write.ts: sendMany
insert into "incident_logs" ("incident_id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "incidents" ("id", "scheduler_id", "opened_by_version", "name", "channels", "status", "reason", "error", "expected_at", "last_ping_at", "opened_at", "suppressed", "window_id", "wake_at", "told_at", "remind_every_seconds", "reminded_at", "reminders", "escalate_after_seconds", "escalate_channels", "escalated_at", "acknowledged_by", "acknowledged_at", "resolved_at", "resolution", "version", "created_by", "created_at", "updated_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15, :16, :17, :18, :19, :20, :21, :22, :23, :24, :25, :26, :27, :28, :29);

-- dialect/oracle/write.ts: sendMany
insert into "key_logs" ("key_id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "keys" ("id", "name", "secret_hash", "owner_id", "scopes", "requests_per_minute", "expires_at", "last_used_at", "status", "version", "created_by", "created_at", "updated_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13);

-- dialect/oracle/write.ts: sendMany
insert into "maintenance_window_logs" ("window_id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "maintenance_windows" ("id", "name", "scheduler_id", "tag", "cron", "time_zone", "duration_seconds", "starts_at", "ends_at", "status", "version", "wake_at", "created_by", "created_at", "updated_at", "deleted_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15, :16);

-- dialect/oracle/write.ts: sendMany
insert into "notifications" ("id", "event_id", "channel", "recipient", "subject", "template", "data", "traceparent", "status", "attempts", "announcements", "version", "wake_at", "last_error", "provider_id", "created_at", "updated_at", "sent_at", "channel_id", "group_key", "told_at", "told_slot") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15, :16, :17, :18, :19, :20, :21, :22);

-- dialect/oracle/write.ts: sendMany
insert into "outbox" ("shard", "exchange", "routing_key", "cc", "message_id", "subject", "headers", "body", "created_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "refresh_tokens" ("hash", "session_id", "generation", "created_at") values (:1, :2, :3, :4);

-- dialect/oracle/write.ts: sendMany
insert into "report_logs" ("report_id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "reports" ("id", "name", "name_key", "channels", "tag", "cron", "time_zone", "duration_seconds", "refresh_seconds", "starts_at", "ends_at", "status", "next_refresh_at", "started_version", "version", "wake_at", "created_by", "created_at", "updated_at", "deleted_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15, :16, :17, :18, :19, :20);

-- dialect/oracle/write.ts: sendMany
insert into "scheduler_logs" ("scheduler_id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "scheduler_pings" ("scheduler_id", "number", "kind", "at", "run_id", "duration_ms", "exit_code", "body", "body_cut", "source", "user_agent", "method") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12);

-- dialect/oracle/write.ts: sendMany
insert into "scheduler_runs" ("scheduler_id", "number", "run_id", "started_at", "ended_at", "outcome", "duration_ms", "exit_code", "error") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "scheduler_tags" ("scheduler_id", "tag") values (:1, :2);

-- dialect/oracle/write.ts: sendMany
insert into "schedulers" ("id", "name", "name_key", "slug", "ping_token", "period_seconds", "cron", "time_zone", "grace_seconds", "start_grace_seconds", "max_runtime_seconds", "failure_tolerance", "recovery_threshold", "warn_when_late", "sticky_pause", "paused_until", "channels", "depends_on", "status", "last_ping_at", "last_success_at", "last_duration_ms", "last_error", "expected_at", "down_since", "late_told_at", "consecutive_failures", "consecutive_successes", "open_runs", "flips", "pings", "runs", "version", "revision", "wake_at", "created_by", "created_at", "updated_at", "deleted_at", "remind_every_seconds", "escalate_after_seconds", "escalate_channels", "content_rules", "min_runtime_seconds", "max_runs_per_period", "anomaly_is_failure", "counted_runs") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15, :16, :17, :18, :19, :20, :21, :22, :23, :24, :25, :26, :27, :28, :29, :30, :31, :32, :33, :34, :35, :36, :37, :38, :39, :40, :41, :42, :43, :44, :45, :46, :47);

-- dialect/oracle/write.ts: sendMany
insert into "session_logs" ("session_id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "sessions" ("id", "user_id", "status", "generation", "rotated_at", "expires_at", "address", "user_agent", "version", "created_at", "updated_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11);

-- dialect/oracle/write.ts: sendMany
insert into "task_deltas" ("day", "from_status", "from_assignee", "from_due", "from_breached", "from_lead_ms", "to_status", "to_assignee", "to_due", "to_breached", "to_lead_ms") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11);

-- dialect/oracle/write.ts: sendMany
insert into "task_labels" ("task_id", "label") values (:1, :2);

-- dialect/oracle/write.ts: sendMany
insert into "task_logs" ("task_id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "tasks" ("id", "title", "description", "status", "assignee", "created_by", "due_at", "remind_before", "external_ref", "version", "wake_at", "fired_until", "started_at", "completed_at", "deadline_passed_at", "created_at", "updated_at", "deleted_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15, :16, :17, :18);

-- dialect/oracle/write.ts: sendMany
insert into "user_logs" ("user_id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "users" ("id", "email", "email_key", "name", "role", "status", "password_hash", "password_at", "founder", "version", "created_at", "updated_at", "deleted_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13);

-- dialect/oracle/write.ts: sendMany
update "alert_folds" set "told_at" = :1, "left_out" = :2, "version" = :3 where "id" = :4 and "version" = :5;

-- dialect/oracle/write.ts: sendMany
update "channels" set "name" = :1, "name_key" = :2, "settings" = :3, "sealed" = :4, "events" = :5, "status" = :6, "disabled_reason" = :7, "version" = :8, "updated_at" = :9, "deleted_at" = :10 where "id" = :11 and "version" = :12;

-- dialect/oracle/write.ts: sendMany
update "incidents" set "status" = :1, "suppressed" = :2, "window_id" = :3, "told_at" = :4, "reminded_at" = :5, "reminders" = :6, "escalated_at" = :7, "version" = :8, "wake_at" = :9, "updated_at" = :10, "acknowledged_by" = :11, "acknowledged_at" = :12, "resolved_at" = :13, "resolution" = :14 where "id" = :15 and "version" = :16;

-- dialect/oracle/write.ts: sendMany
update "keys" set "last_used_at" = :1 where "id" = :2;

-- dialect/oracle/write.ts: sendMany
update "keys" set "status" = :1, "version" = :2, "updated_at" = :3 where "id" = :4 and "version" = :5;

-- dialect/oracle/write.ts: sendMany
update "maintenance_windows" set "name" = :1, "cron" = :2, "time_zone" = :3, "duration_seconds" = :4, "starts_at" = :5, "ends_at" = :6, "status" = :7, "version" = :8, "wake_at" = :9, "updated_at" = :10, "deleted_at" = :11 where "id" = :12 and "version" = :13;

-- dialect/oracle/write.ts: sendMany
update "notifications" set "status" = :1, "attempts" = :2, "announcements" = :3, "version" = :4, "wake_at" = :5, "last_error" = :6, "provider_id" = :7, "updated_at" = :8, "sent_at" = :9 where "id" = :10 and "version" = :11;

-- dialect/oracle/write.ts: sendMany
update "notifications" set "status" = :1, "attempts" = :2, "announcements" = :3, "version" = :4, "wake_at" = :5, "last_error" = :6, "provider_id" = :7, "updated_at" = :8, "sent_at" = :9, "group_key" = :10, "told_at" = :11, "told_slot" = :12 where "id" = :13 and "version" = :14;

-- dialect/oracle/write.ts: sendMany
update "rate_counts" set "hits" = :1 where "id" = :2;

-- dialect/oracle/write.ts: sendMany
update "reports" set "name" = :1, "name_key" = :2, "channels" = :3, "tag" = :4, "cron" = :5, "time_zone" = :6, "duration_seconds" = :7, "refresh_seconds" = :8, "status" = :9, "starts_at" = :10, "ends_at" = :11, "next_refresh_at" = :12, "started_version" = :13, "version" = :14, "wake_at" = :15, "updated_at" = :16, "deleted_at" = :17 where "id" = :18 and "version" = :19;

-- dialect/oracle/write.ts: sendMany
update "schedulers" set "version" = :1, "revision" = :2, "updated_at" = :3, "wake_at" = :4, "status" = :5, "last_ping_at" = :6, "last_success_at" = :7, "last_duration_ms" = :8, "last_error" = :9, "expected_at" = :10, "down_since" = :11, "late_told_at" = :12, "consecutive_failures" = :13, "consecutive_successes" = :14, "open_runs" = :15, "flips" = :16, "pings" = :17, "runs" = :18, "paused_until" = :19, "sticky_pause" = :20, "counted_runs" = :21 where "id" = :22 and "revision" = :23;

-- dialect/oracle/write.ts: sendMany
update "schedulers" set "version" = :1, "revision" = :2, "updated_at" = :3, "wake_at" = :4, "status" = :5, "last_ping_at" = :6, "last_success_at" = :7, "last_duration_ms" = :8, "last_error" = :9, "expected_at" = :10, "down_since" = :11, "late_told_at" = :12, "consecutive_failures" = :13, "consecutive_successes" = :14, "open_runs" = :15, "flips" = :16, "pings" = :17, "runs" = :18, "paused_until" = :19, "sticky_pause" = :20, "counted_runs" = :21, "name" = :22, "name_key" = :23, "slug" = :24, "period_seconds" = :25, "cron" = :26, "time_zone" = :27, "grace_seconds" = :28, "start_grace_seconds" = :29, "max_runtime_seconds" = :30, "failure_tolerance" = :31, "recovery_threshold" = :32, "warn_when_late" = :33, "channels" = :34, "depends_on" = :35, "remind_every_seconds" = :36, "escalate_after_seconds" = :37, "escalate_channels" = :38, "content_rules" = :39, "min_runtime_seconds" = :40, "max_runs_per_period" = :41, "anomaly_is_failure" = :42, "deleted_at" = :43 where "id" = :44 and "revision" = :45;

-- dialect/oracle/write.ts: sendMany
update "sessions" set "status" = :1, "generation" = :2, "rotated_at" = :3, "expires_at" = :4, "version" = :5, "updated_at" = :6 where "id" = :7 and "version" = :8;

-- dialect/oracle/write.ts: sendMany
update "task_rollups" set "tasks" = :1, "completed" = :2, "overdue" = :3, "due" = :4, "breached" = :5, "lead_ms" = :6 where "id" = :7;

-- dialect/oracle/write.ts: sendMany
update "task_rollups" set "tasks" = :1, "completed" = :2, "overdue" = :3, "due" = :4, "breached" = :5, "lead_ms" = :6, "leads" = :7 where "id" = :8;

-- dialect/oracle/write.ts: sendMany
update "tasks" set "version" = :1, "updated_at" = :2, "wake_at" = :3, "deleted_at" = :4, "external_ref" = :5 where "id" = :6 and "version" = :7;

-- dialect/oracle/write.ts: sendMany
update "tasks" set "version" = :1, "updated_at" = :2, "wake_at" = :3, "fired_until" = :4, "deadline_passed_at" = :5 where "id" = :6 and "version" = :7;

-- dialect/oracle/write.ts: sendMany
update "tasks" set "version" = :1, "updated_at" = :2, "wake_at" = :3, "status" = :4, "started_at" = :5, "completed_at" = :6 where "id" = :7 and "version" = :8;

-- dialect/oracle/write.ts: sendMany
update "tasks" set "version" = :1, "updated_at" = :2, "wake_at" = :3, "title" = :4, "description" = :5, "assignee" = :6, "remind_before" = :7, "fired_until" = :8, "due_at" = :9, "deadline_passed_at" = :10 where "id" = :11 and "version" = :12;

-- dialect/oracle/write.ts: sendMany
update "users" set "email" = :1, "email_key" = :2, "name" = :3, "role" = :4, "status" = :5, "password_hash" = :6, "password_at" = :7, "version" = :8, "updated_at" = :9, "deleted_at" = :10 where "id" = :11 and "version" = :12;

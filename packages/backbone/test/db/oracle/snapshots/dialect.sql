-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- dialect/oracle/write.ts: sendMany
delete from "task_labels" where "task_id" = :1 and "label" = :2;

-- dialect/oracle/write.ts: sendMany
insert into "notifications" ("id", "event_id", "channel", "recipient", "subject", "template", "data", "traceparent", "status", "attempts", "announcements", "version", "wake_at", "last_error", "provider_id", "created_at", "updated_at", "sent_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15, :16, :17, :18);

-- dialect/oracle/write.ts: sendMany
insert into "outbox" ("shard", "exchange", "routing_key", "cc", "message_id", "subject", "headers", "body", "created_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "task_deltas" ("day", "from_status", "from_assignee", "from_due", "from_breached", "from_lead_ms", "to_status", "to_assignee", "to_due", "to_breached", "to_lead_ms") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11);

-- dialect/oracle/write.ts: sendMany
insert into "task_labels" ("task_id", "label") values (:1, :2);

-- dialect/oracle/write.ts: sendMany
insert into "task_logs" ("task_id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "tasks" ("id", "title", "description", "status", "assignee", "created_by", "due_at", "remind_before", "external_ref", "version", "wake_at", "fired_until", "started_at", "completed_at", "deadline_passed_at", "created_at", "updated_at", "deleted_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15, :16, :17, :18);

-- dialect/oracle/write.ts: sendMany
update "notifications" set "status" = :1, "attempts" = :2, "announcements" = :3, "version" = :4, "wake_at" = :5, "last_error" = :6, "provider_id" = :7, "updated_at" = :8, "sent_at" = :9 where "id" = :10 and "version" = :11;

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

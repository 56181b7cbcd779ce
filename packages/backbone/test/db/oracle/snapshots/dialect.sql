-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- dialect/oracle/write.ts: sendMany
delete from "task_labels" where "task_id" = :1 and "label" = :2;

-- dialect/oracle/write.ts: sendMany
insert into "idempotency_keys" ("id", "request_hash", "status", "answer_headers", "body", "created_at") values (:1, :2, :3, :4, :5, :6);

-- dialect/oracle/write.ts: sendMany
insert into "key_logs" ("key_id", "version", "action", "from_status", "to_status", "actor", "reason", "changes", "at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "keys" ("id", "name", "secret_hash", "owner_id", "scopes", "requests_per_minute", "expires_at", "last_used_at", "status", "version", "created_by", "created_at", "updated_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13);

-- dialect/oracle/write.ts: sendMany
insert into "notifications" ("id", "event_id", "channel", "recipient", "subject", "template", "data", "traceparent", "status", "attempts", "announcements", "version", "wake_at", "last_error", "provider_id", "created_at", "updated_at", "sent_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15, :16, :17, :18);

-- dialect/oracle/write.ts: sendMany
insert into "outbox" ("shard", "exchange", "routing_key", "cc", "message_id", "subject", "headers", "body", "created_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- dialect/oracle/write.ts: sendMany
insert into "refresh_tokens" ("hash", "session_id", "generation", "created_at") values (:1, :2, :3, :4);

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
update "keys" set "last_used_at" = :1 where "id" = :2;

-- dialect/oracle/write.ts: sendMany
update "keys" set "status" = :1, "version" = :2, "updated_at" = :3 where "id" = :4 and "version" = :5;

-- dialect/oracle/write.ts: sendMany
update "notifications" set "status" = :1, "attempts" = :2, "announcements" = :3, "version" = :4, "wake_at" = :5, "last_error" = :6, "provider_id" = :7, "updated_at" = :8, "sent_at" = :9 where "id" = :10 and "version" = :11;

-- dialect/oracle/write.ts: sendMany
update "rate_counts" set "hits" = :1 where "id" = :2;

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

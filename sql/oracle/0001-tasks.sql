-- The mirror of sql/postgres: the same tables, columns, keys, indexes and CHECKs under the same names, which a test holds
-- together. Here every name is quoted, so that it stays in lower case, and has at most 30 bytes.
-- Every statement ends with a semicolon at the end of a line; the migration runner sends them one by one. Each of them
-- commits by itself, so each can be met again by a runner that goes on where another one died.
-- Times are in UTC, without a zone of their own: one with a zone could be in no key, and in an index only as a function.
-- Lengths are in characters, as in PostgreSQL, except where 4,000 bytes, the most a VARCHAR2 holds, are the limit.

create table "tasks" (
  "id" char(36) not null constraint "tasks_pkey" primary key,
  "title" varchar2(200 char) not null,
  "description" varchar2(4000),
  "status" varchar2(20) not null constraint "tasks_status_check" check ("status" in ('Pending', 'InProgress', 'OnHold', 'Completed', 'Cancelled')),
  "assignee" varchar2(254 char) not null,
  "created_by" varchar2(320 char) not null,
  "due_at" timestamp(3),
  "remind_before" varchar2(200),
  "external_ref" varchar2(200 char) constraint "tasks_external_ref_key" unique,
  "version" number(10) not null,
  "wake_at" timestamp(3),
  "fired_until" timestamp(3) not null,
  "started_at" timestamp(3),
  "completed_at" timestamp(3),
  "deadline_passed_at" timestamp(3),
  "created_at" timestamp(3) not null,
  "updated_at" timestamp(3) not null,
  "deleted_at" timestamp(3)
);

-- The clock's only question: whose wake_at is behind us? Its cost depends on what is due, not on how much there is.
create index "tasks_wake_at" on "tasks" ("wake_at");
create index "tasks_assignee" on "tasks" ("assignee", "id");
create index "tasks_status" on "tasks" ("status", "id");
create index "tasks_created_at" on "tasks" ("created_at");

create table "task_labels" (
  "task_id" char(36) not null constraint "task_labels_task_fkey" references "tasks" ("id"),
  "label" varchar2(50 char) not null,
  constraint "task_labels_pkey" primary key ("task_id", "label")
);

create index "task_labels_label" on "task_labels" ("label", "task_id");

create table "task_logs" (
  "task_id" char(36) not null constraint "task_logs_task_fkey" references "tasks" ("id"),
  "version" number(10) not null,
  "action" varchar2(30) not null,
  "from_status" varchar2(20),
  "to_status" varchar2(20) not null,
  "actor" varchar2(320 char) not null,
  "reason" varchar2(1000 char),
  "changes" clob,
  "at" timestamp(3) not null,
  constraint "task_logs_pkey" primary key ("task_id", "version")
);

-- Monitored schedulers: other systems' cron jobs, what they report, and how their runs ended.

-- name_key is the name of one that is not deleted. `expected_at` is when its next success is expected, and begins its grace.
-- `version` counts changes, each with its log row and event; `revision` counts writes and guards them, because a ping that
-- changes no status is written as well.
create table "schedulers" (
  "id" char(36) not null constraint "schedulers_pkey" primary key,
  "name" varchar2(200 char) not null,
  "name_key" varchar2(200 char) constraint "schedulers_name_key" unique,
  "slug" varchar2(110) constraint "schedulers_slug_key" unique,
  "ping_token" varchar2(40) not null constraint "schedulers_ping_token_key" unique,
  "period_seconds" number(10),
  "cron" varchar2(200),
  "time_zone" varchar2(60) not null,
  "grace_seconds" number(10) not null,
  "start_grace_seconds" number(10),
  "max_runtime_seconds" number(10),
  "failure_tolerance" number(10) not null,
  "recovery_threshold" number(10) not null,
  "warn_when_late" number(5) not null,
  "sticky_pause" number(5) not null,
  "paused_until" timestamp(3),
  "channels" varchar2(1000 char),
  "depends_on" varchar2(4000),
  "status" varchar2(20) not null constraint "schedulers_status_check" check ("status" in ('New', 'Up', 'Down', 'Paused')),
  "last_ping_at" timestamp(3),
  "last_success_at" timestamp(3),
  "last_duration_ms" number(19),
  "last_error" varchar2(1000 char),
  "expected_at" timestamp(3),
  "down_since" timestamp(3),
  "late_told_at" timestamp(3),
  "consecutive_failures" number(10) not null,
  "consecutive_successes" number(10) not null,
  "open_runs" varchar2(4000),
  "flips" varchar2(200),
  "pings" number(19) not null,
  "runs" number(19) not null,
  "version" number(10) not null,
  "revision" number(19) not null,
  "wake_at" timestamp(3),
  "created_by" varchar2(320 char) not null,
  "created_at" timestamp(3) not null,
  "updated_at" timestamp(3) not null,
  "deleted_at" timestamp(3)
);

create index "schedulers_wake_at" on "schedulers" ("wake_at");
create index "schedulers_status" on "schedulers" ("status", "id");
create index "schedulers_created_by" on "schedulers" ("created_by", "id");

create table "scheduler_tags" (
  "scheduler_id" char(36) not null constraint "scheduler_tags_scheduler_fkey" references "schedulers" ("id"),
  "tag" varchar2(50 char) not null,
  constraint "scheduler_tags_pkey" primary key ("scheduler_id", "tag")
);

create index "scheduler_tags_tag" on "scheduler_tags" ("tag", "scheduler_id");

create table "scheduler_logs" (
  "scheduler_id" char(36) not null constraint "scheduler_logs_scheduler_fkey" references "schedulers" ("id"),
  "version" number(10) not null,
  "action" varchar2(30) not null,
  "from_status" varchar2(20),
  "to_status" varchar2(20) not null,
  "actor" varchar2(320 char) not null,
  "reason" varchar2(1000 char),
  "changes" clob,
  "at" timestamp(3) not null,
  constraint "scheduler_logs_pkey" primary key ("scheduler_id", "version")
);

create index "scheduler_logs_at" on "scheduler_logs" ("at", "scheduler_id", "version");

-- The newest signals of each scheduler. No foreign key here and below: each is written with its scheduler's own row, and
-- there are thousands a second.
create table "scheduler_pings" (
  "scheduler_id" char(36) not null,
  "number" number(19) not null,
  "kind" varchar2(20) not null constraint "scheduler_pings_kind_check" check ("kind" in ('success', 'start', 'fail', 'log', 'heartbeat', 'ignored')),
  "at" timestamp(3) not null,
  "run_id" varchar2(64),
  "duration_ms" number(19),
  "exit_code" number(5),
  "body" clob,
  "body_cut" number(5) not null,
  "source" varchar2(50),
  "user_agent" varchar2(200 char),
  "method" varchar2(10),
  constraint "scheduler_pings_pkey" primary key ("scheduler_id", "number")
);

create index "scheduler_pings_at" on "scheduler_pings" ("at");

-- How each run ended, or that there was none; numbered as they ended.
create table "scheduler_runs" (
  "scheduler_id" char(36) not null,
  "number" number(19) not null,
  "run_id" varchar2(64),
  "started_at" timestamp(3),
  "ended_at" timestamp(3) not null,
  "outcome" varchar2(20) not null constraint "scheduler_runs_outcome_check" check ("outcome" in ('Succeeded', 'Failed', 'TimedOut', 'Missed', 'Lost')),
  "duration_ms" number(19),
  "exit_code" number(5),
  "error" varchar2(1000 char),
  constraint "scheduler_runs_pkey" primary key ("scheduler_id", "number")
);

create index "scheduler_runs_ended_at" on "scheduler_runs" ("ended_at");

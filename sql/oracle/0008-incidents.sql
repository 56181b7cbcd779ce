-- Incidents: one for each time that a scheduler is Down. Maintenance windows: times in which nobody is told of them.

alter table "schedulers" add "remind_every_seconds" number(10);
alter table "schedulers" add "escalate_after_seconds" number(10);
alter table "schedulers" add "escalate_channels" varchar2(1000 char);

-- What it needs of its scheduler is copied: an edit is for the next one. `told_at` is when people were told that it is open;
-- `suppressed` says why they were not. `opened_by_version` is the scheduler's version that went Down.
create table "incidents" (
  "id" char(36) not null constraint "incidents_pkey" primary key,
  "scheduler_id" char(36) not null constraint "incidents_scheduler_fkey" references "schedulers" ("id"),
  "opened_by_version" number(10) not null,
  "name" varchar2(200 char) not null,
  "channels" varchar2(1000 char),
  "status" varchar2(20) not null constraint "incidents_status_check" check ("status" in ('Open', 'Acknowledged', 'Resolved')),
  "reason" varchar2(20) not null,
  "error" varchar2(1000 char),
  "expected_at" timestamp(3),
  "last_ping_at" timestamp(3),
  "opened_at" timestamp(3) not null,
  "suppressed" varchar2(20) constraint "incidents_suppressed_check" check ("suppressed" in ('maintenance', 'dependency', 'flapping')),
  "window_id" char(36),
  "told_at" timestamp(3),
  "remind_every_seconds" number(10),
  "reminded_at" timestamp(3),
  "reminders" number(10) not null,
  "escalate_after_seconds" number(10),
  "escalate_channels" varchar2(1000 char),
  "escalated_at" timestamp(3),
  "acknowledged_by" varchar2(320 char),
  "acknowledged_at" timestamp(3),
  "resolved_at" timestamp(3),
  "resolution" varchar2(20),
  "version" number(10) not null,
  "wake_at" timestamp(3),
  "created_by" varchar2(320 char) not null,
  "created_at" timestamp(3) not null,
  "updated_at" timestamp(3) not null,
  constraint "incidents_opened_key" unique ("scheduler_id", "opened_by_version")
);

create index "incidents_wake_at" on "incidents" ("wake_at");
create index "incidents_status" on "incidents" ("status", "id");
create index "incidents_scheduler" on "incidents" ("scheduler_id", "id");
create index "incidents_created_by" on "incidents" ("created_by", "id");
create index "incidents_suppressed" on "incidents" ("suppressed", "status");
create index "incidents_window" on "incidents" ("window_id", "opened_at");
create index "incidents_resolved_at" on "incidents" ("resolved_at");

-- No foreign key: the two are pruned one after the other.
create table "incident_logs" (
  "incident_id" char(36) not null,
  "version" number(10) not null,
  "action" varchar2(30) not null,
  "from_status" varchar2(20),
  "to_status" varchar2(20) not null,
  "actor" varchar2(320 char) not null,
  "reason" varchar2(1000 char),
  "changes" clob,
  "at" timestamp(3) not null,
  constraint "incident_logs_pkey" primary key ("incident_id", "version")
);

create index "incident_logs_at" on "incident_logs" ("at", "incident_id", "version");

-- `starts_at` and `ends_at` are of the present or the next time; without `cron` there is one. For a scheduler, for all with
-- a tag, or with neither for all.
create table "maintenance_windows" (
  "id" char(36) not null constraint "maintenance_windows_pkey" primary key,
  "name" varchar2(200 char) not null,
  "scheduler_id" char(36),
  "tag" varchar2(50 char),
  "cron" varchar2(200),
  "time_zone" varchar2(60),
  "duration_seconds" number(10),
  "starts_at" timestamp(3) not null,
  "ends_at" timestamp(3) not null,
  "status" varchar2(20) not null constraint "maintenance_status_check" check ("status" in ('Scheduled', 'Active', 'Ended')),
  "version" number(10) not null,
  "wake_at" timestamp(3),
  "created_by" varchar2(320 char) not null,
  "created_at" timestamp(3) not null,
  "updated_at" timestamp(3) not null,
  "deleted_at" timestamp(3)
);

create index "maintenance_windows_wake_at" on "maintenance_windows" ("wake_at");
create index "maintenance_windows_status" on "maintenance_windows" ("status", "starts_at");

create table "maintenance_window_logs" (
  "window_id" char(36) not null constraint "maintenance_logs_window_fkey" references "maintenance_windows" ("id"),
  "version" number(10) not null,
  "action" varchar2(30) not null,
  "from_status" varchar2(20),
  "to_status" varchar2(20) not null,
  "actor" varchar2(320 char) not null,
  "reason" varchar2(1000 char),
  "changes" clob,
  "at" timestamp(3) not null,
  constraint "maintenance_logs_pkey" primary key ("window_id", "version")
);

create index "maintenance_logs_at" on "maintenance_window_logs" ("at", "window_id", "version");

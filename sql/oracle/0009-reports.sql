-- Reports: a status table of schedulers that is posted when a time begins, updated in place, and summed up at its end.

-- `starts_at` and `ends_at` are of the present or the next time; `started_version` is the version with which the present or
-- the last one began. For all schedulers with a tag, or without one for all.
create table "reports" (
  "id" char(36) not null constraint "reports_pkey" primary key,
  "name" varchar2(100 char) not null,
  "name_key" varchar2(200 char) constraint "reports_name_key" unique,
  "channels" varchar2(4000 char),
  "tag" varchar2(50 char),
  "cron" varchar2(200) not null,
  "time_zone" varchar2(60) not null,
  "duration_seconds" number(10) not null,
  "refresh_seconds" number(10) not null,
  "status" varchar2(20) not null constraint "reports_status_check" check ("status" in ('Waiting', 'Active')),
  "starts_at" timestamp(3) not null,
  "ends_at" timestamp(3) not null,
  "next_refresh_at" timestamp(3),
  "started_version" number(10),
  "version" number(10) not null,
  "wake_at" timestamp(3),
  "created_by" varchar2(320 char) not null,
  "created_at" timestamp(3) not null,
  "updated_at" timestamp(3) not null,
  "deleted_at" timestamp(3)
);

create index "reports_wake_at" on "reports" ("wake_at");

create table "report_logs" (
  "report_id" char(36) not null constraint "report_logs_report_fkey" references "reports" ("id"),
  "version" number(10) not null,
  "action" varchar2(30) not null,
  "from_status" varchar2(20),
  "to_status" varchar2(20) not null,
  "actor" varchar2(320 char) not null,
  "reason" varchar2(1000 char),
  "changes" clob,
  "at" timestamp(3) not null,
  constraint "report_logs_pkey" primary key ("report_id", "version")
);

create index "report_logs_at" on "report_logs" ("at", "report_id", "version");

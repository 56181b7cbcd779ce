-- Reports: a status table of schedulers that is posted when a time begins, updated in place, and summed up at its end.

-- `starts_at` and `ends_at` are of the present or the next time; `started_version` is the version with which the present or
-- the last one began. For all schedulers with a tag, or without one for all.
create table reports (
  id uuid not null constraint reports_pkey primary key,
  name varchar(100) not null,
  name_key varchar(200) constraint reports_name_key unique,
  channels varchar(4000),
  tag varchar(50),
  cron varchar(200) not null,
  time_zone varchar(60) not null,
  duration_seconds integer not null,
  refresh_seconds integer not null,
  status varchar(20) not null constraint reports_status_check check (status in ('Waiting', 'Active')),
  starts_at timestamptz(3) not null,
  ends_at timestamptz(3) not null,
  next_refresh_at timestamptz(3),
  started_version integer,
  version integer not null,
  wake_at timestamptz(3),
  created_by varchar(320) not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3)
);

create index reports_wake_at on reports (wake_at);

create table report_logs (
  report_id uuid not null constraint report_logs_report_fkey references reports (id),
  version integer not null,
  action varchar(30) not null,
  from_status varchar(20),
  to_status varchar(20) not null,
  actor varchar(320) not null,
  reason varchar(1000),
  changes text,
  at timestamptz(3) not null,
  constraint report_logs_pkey primary key (report_id, version)
);

create index report_logs_at on report_logs (at, report_id, version);

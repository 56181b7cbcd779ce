-- Incidents: one for each time that a scheduler is Down. Maintenance windows: times in which nobody is told of them.

alter table schedulers add column remind_every_seconds integer;
alter table schedulers add column escalate_after_seconds integer;
alter table schedulers add column escalate_channels varchar(1000);

-- What it needs of its scheduler is copied: an edit is for the next one. `told_at` is when people were told that it is open;
-- `suppressed` says why they were not. `opened_by_version` is the scheduler's version that went Down.
create table incidents (
  id uuid not null constraint incidents_pkey primary key,
  scheduler_id uuid not null constraint incidents_scheduler_fkey references schedulers (id),
  opened_by_version integer not null,
  name varchar(200) not null,
  channels varchar(1000),
  status varchar(20) not null constraint incidents_status_check check (status in ('Open', 'Acknowledged', 'Resolved')),
  reason varchar(20) not null,
  error varchar(1000),
  expected_at timestamptz(3),
  last_ping_at timestamptz(3),
  opened_at timestamptz(3) not null,
  suppressed varchar(20) constraint incidents_suppressed_check check (suppressed in ('maintenance', 'dependency', 'flapping')),
  window_id uuid,
  told_at timestamptz(3),
  remind_every_seconds integer,
  reminded_at timestamptz(3),
  reminders integer not null,
  escalate_after_seconds integer,
  escalate_channels varchar(1000),
  escalated_at timestamptz(3),
  acknowledged_by varchar(320),
  acknowledged_at timestamptz(3),
  resolved_at timestamptz(3),
  resolution varchar(20),
  version integer not null,
  wake_at timestamptz(3),
  created_by varchar(320) not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint incidents_opened_key unique (scheduler_id, opened_by_version)
);

create index incidents_wake_at on incidents (wake_at);
create index incidents_status on incidents (status, id);
create index incidents_scheduler on incidents (scheduler_id, id);
create index incidents_created_by on incidents (created_by, id);
create index incidents_suppressed on incidents (suppressed, status);
create index incidents_window on incidents (window_id, opened_at);
create index incidents_resolved_at on incidents (resolved_at);

-- No foreign key: the two are pruned one after the other.
create table incident_logs (
  incident_id uuid not null,
  version integer not null,
  action varchar(30) not null,
  from_status varchar(20),
  to_status varchar(20) not null,
  actor varchar(320) not null,
  reason varchar(1000),
  changes text,
  at timestamptz(3) not null,
  constraint incident_logs_pkey primary key (incident_id, version)
);

create index incident_logs_at on incident_logs (at, incident_id, version);

-- `starts_at` and `ends_at` are of the present or the next time; without `cron` there is one. For a scheduler, for all with
-- a tag, or with neither for all.
create table maintenance_windows (
  id uuid not null constraint maintenance_windows_pkey primary key,
  name varchar(200) not null,
  scheduler_id uuid,
  tag varchar(50),
  cron varchar(200),
  time_zone varchar(60),
  duration_seconds integer,
  starts_at timestamptz(3) not null,
  ends_at timestamptz(3) not null,
  status varchar(20) not null constraint maintenance_status_check check (status in ('Scheduled', 'Active', 'Ended')),
  version integer not null,
  wake_at timestamptz(3),
  created_by varchar(320) not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3)
);

create index maintenance_windows_wake_at on maintenance_windows (wake_at);
create index maintenance_windows_status on maintenance_windows (status, starts_at);

create table maintenance_window_logs (
  window_id uuid not null constraint maintenance_logs_window_fkey references maintenance_windows (id),
  version integer not null,
  action varchar(30) not null,
  from_status varchar(20),
  to_status varchar(20) not null,
  actor varchar(320) not null,
  reason varchar(1000),
  changes text,
  at timestamptz(3) not null,
  constraint maintenance_logs_pkey primary key (window_id, version)
);

create index maintenance_logs_at on maintenance_window_logs (at, window_id, version);

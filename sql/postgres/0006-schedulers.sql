-- Monitored schedulers: other systems' cron jobs, what they report, and how their runs ended.

-- name_key is the name of one that is not deleted. `expected_at` is when its next success is expected, and begins its grace.
-- `version` counts changes, each with its log row and event; `revision` counts writes and guards them, because a ping that
-- changes no status is written as well.
create table schedulers (
  id uuid not null constraint schedulers_pkey primary key,
  name varchar(200) not null,
  name_key varchar(200) constraint schedulers_name_key unique,
  slug varchar(110) constraint schedulers_slug_key unique,
  ping_token varchar(40) not null constraint schedulers_ping_token_key unique,
  period_seconds integer,
  cron varchar(200),
  time_zone varchar(60) not null,
  grace_seconds integer not null,
  start_grace_seconds integer,
  max_runtime_seconds integer,
  failure_tolerance integer not null,
  recovery_threshold integer not null,
  warn_when_late smallint not null,
  sticky_pause smallint not null,
  paused_until timestamptz(3),
  channels varchar(1000),
  depends_on varchar(4000),
  status varchar(20) not null constraint schedulers_status_check check (status in ('New', 'Up', 'Down', 'Paused')),
  last_ping_at timestamptz(3),
  last_success_at timestamptz(3),
  last_duration_ms bigint,
  last_error varchar(1000),
  expected_at timestamptz(3),
  down_since timestamptz(3),
  late_told_at timestamptz(3),
  consecutive_failures integer not null,
  consecutive_successes integer not null,
  open_runs varchar(4000),
  flips varchar(200),
  pings bigint not null,
  runs bigint not null,
  version integer not null,
  revision bigint not null,
  wake_at timestamptz(3),
  created_by varchar(320) not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3)
);

create index schedulers_wake_at on schedulers (wake_at);
create index schedulers_status on schedulers (status, id);
create index schedulers_created_by on schedulers (created_by, id);

create table scheduler_tags (
  scheduler_id uuid not null constraint scheduler_tags_scheduler_fkey references schedulers (id),
  tag varchar(50) not null,
  constraint scheduler_tags_pkey primary key (scheduler_id, tag)
);

create index scheduler_tags_tag on scheduler_tags (tag, scheduler_id);

create table scheduler_logs (
  scheduler_id uuid not null constraint scheduler_logs_scheduler_fkey references schedulers (id),
  version integer not null,
  action varchar(30) not null,
  from_status varchar(20),
  to_status varchar(20) not null,
  actor varchar(320) not null,
  reason varchar(1000),
  changes text,
  at timestamptz(3) not null,
  constraint scheduler_logs_pkey primary key (scheduler_id, version)
);

create index scheduler_logs_at on scheduler_logs (at, scheduler_id, version);

-- The newest signals of each scheduler. No foreign key here and below: each is written with its scheduler's own row, and
-- there are thousands a second.
create table scheduler_pings (
  scheduler_id uuid not null,
  number bigint not null,
  kind varchar(20) not null constraint scheduler_pings_kind_check check (kind in ('success', 'start', 'fail', 'log', 'heartbeat', 'ignored')),
  at timestamptz(3) not null,
  run_id varchar(64),
  duration_ms bigint,
  exit_code smallint,
  body text,
  body_cut smallint not null,
  source varchar(50),
  user_agent varchar(200),
  method varchar(10),
  constraint scheduler_pings_pkey primary key (scheduler_id, number)
);

create index scheduler_pings_at on scheduler_pings (at);

-- How each run ended, or that there was none; numbered as they ended.
create table scheduler_runs (
  scheduler_id uuid not null,
  number bigint not null,
  run_id varchar(64),
  started_at timestamptz(3),
  ended_at timestamptz(3) not null,
  outcome varchar(20) not null constraint scheduler_runs_outcome_check check (outcome in ('Succeeded', 'Failed', 'TimedOut', 'Missed', 'Lost')),
  duration_ms bigint,
  exit_code smallint,
  error varchar(1000),
  constraint scheduler_runs_pkey primary key (scheduler_id, number)
);

create index scheduler_runs_ended_at on scheduler_runs (ended_at);

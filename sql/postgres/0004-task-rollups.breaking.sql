-- Breaking: what a process changes that knows nothing of task_deltas is missing from the sums for ever.

-- What each change did to the sums over tasks, until the clock has folded it into the rollups. Append only, so that
-- writers never wait for each other; the order means nothing. `from` is null for a task that was added, `to` for one that
-- was deleted. `day` is the UTC day on which the task was created.
create table task_deltas (
  seq bigint generated always as identity constraint task_deltas_pkey primary key,
  day timestamptz(3) not null,
  from_status varchar(20),
  from_assignee varchar(254),
  from_due smallint,
  from_breached smallint,
  from_lead_ms bigint,
  to_status varchar(20),
  to_assignee varchar(254),
  to_due smallint,
  to_breached smallint,
  to_lead_ms bigint
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

-- Sums over tasks by the time they were created: for each day by status (slice 'status'), for each month by assignee
-- (slice 'assignee'). `leads` holds how many lead times fell into which bucket, as JSON.
create table task_rollups (
  id varchar(300) not null constraint task_rollups_pkey primary key,
  slice varchar(20) not null constraint task_rollups_slice_check check (slice in ('status', 'assignee')),
  period timestamptz(3) not null,
  name varchar(254) not null,
  tasks bigint not null,
  completed bigint not null,
  overdue bigint not null,
  due bigint not null,
  breached bigint not null,
  lead_ms bigint not null,
  leads text
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create index task_rollups_period on task_rollups (slice, period);

-- The tasks that are there already count as added; the clock folds them like all others.
insert into task_deltas (day, to_status, to_assignee, to_due, to_breached, to_lead_ms)
select date_trunc('day', created_at, 'UTC'), status, assignee, case when due_at is null then 0 else 1 end,
  case when deadline_passed_at is null then 0 else 1 end, extract(epoch from (completed_at - created_at)) * 1000
from tasks where deleted_at is null;

-- Whom a list is for asks by creator as often as by assignee. An id begins with the instant of creation, so that the
-- primary key answers what the index on created_at was for, also in the middle of other indexes.
create index tasks_created_by on tasks (created_by, id);
drop index tasks_created_at;

-- Queues are emptied as quickly as they are filled: a vacuum that pauses between pages does not keep up with them.
alter table outbox set (autovacuum_vacuum_cost_delay = 0);
alter table deliveries set (autovacuum_vacuum_cost_delay = 0);

-- Breaking: what a process changes that knows nothing of task_deltas is missing from the sums for ever.

-- What each change did to the sums over tasks, until the clock has folded it into the rollups. Append only, so that
-- writers never wait for each other; the order means nothing, so that numbers may come from a cache. `from` is null for a
-- task that was added, `to` for one that was deleted. `day` is the UTC day on which the task was created.
create table "task_deltas" (
  "seq" number(19) generated always as identity (cache 1000) constraint "task_deltas_pkey" primary key,
  "day" timestamp(3) not null,
  "from_status" varchar2(20),
  "from_assignee" varchar2(254 char),
  "from_due" number(5),
  "from_breached" number(5),
  "from_lead_ms" number(19),
  "to_status" varchar2(20),
  "to_assignee" varchar2(254 char),
  "to_due" number(5),
  "to_breached" number(5),
  "to_lead_ms" number(19)
);

-- Sums over tasks by the time they were created: for each day by status (slice 'status'), for each month by assignee
-- (slice 'assignee'). "leads" holds how many lead times fell into which bucket, as JSON.
create table "task_rollups" (
  "id" varchar2(300 char) not null constraint "task_rollups_pkey" primary key,
  "slice" varchar2(20) not null constraint "task_rollups_slice_check" check ("slice" in ('status', 'assignee')),
  "period" timestamp(3) not null,
  "name" varchar2(254 char) not null,
  "tasks" number(19) not null,
  "completed" number(19) not null,
  "overdue" number(19) not null,
  "due" number(19) not null,
  "breached" number(19) not null,
  "lead_ms" number(19) not null,
  "leads" clob
);

create index "task_rollups_period" on "task_rollups" ("slice", "period");

-- The tasks that are there already count as added; the clock folds them like all others.
insert into "task_deltas" ("day", "to_status", "to_assignee", "to_due", "to_breached", "to_lead_ms")
select trunc("created_at"), "status", "assignee", case when "due_at" is null then 0 else 1 end,
  case when "deadline_passed_at" is null then 0 else 1 end,
  (((extract(day from ("completed_at" - "created_at")) * 24 + extract(hour from ("completed_at" - "created_at"))) * 60
    + extract(minute from ("completed_at" - "created_at"))) * 60 + extract(second from ("completed_at" - "created_at"))) * 1000
from "tasks" where "deleted_at" is null;

-- Whom a list is for asks by creator as often as by assignee. An id begins with the instant of creation, so that the
-- primary key answers what the index on created_at was for, also in the middle of other indexes.
create index "tasks_created_by" on "tasks" ("created_by", "id");
drop index "tasks_created_at";

-- Written so that Oracle can follow: no arrays, no booleans, no partial indexes, no empty strings, names of at most 30 bytes.
-- Every statement ends with a semicolon at the end of a line; the migration runner sends them one by one.

create table tasks (
  id uuid not null constraint tasks_pkey primary key,
  title varchar(200) not null,
  description varchar(4000),
  status varchar(20) not null constraint tasks_status_check check (status in ('Pending', 'InProgress', 'OnHold', 'Completed', 'Cancelled')),
  assignee varchar(254) not null,
  created_by varchar(320) not null,
  due_at timestamptz(3),
  remind_before varchar(200),
  external_ref varchar(200) constraint tasks_external_ref_key unique,
  version integer not null,
  wake_at timestamptz(3),
  fired_until timestamptz(3) not null,
  started_at timestamptz(3),
  completed_at timestamptz(3),
  deadline_passed_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3)
);

-- The clock's only question: whose wake_at is behind us? Its cost depends on what is due, not on how much there is.
create index tasks_wake_at on tasks (wake_at);
create index tasks_assignee on tasks (assignee, id);
create index tasks_status on tasks (status, id);
create index tasks_created_at on tasks (created_at);

create table task_labels (
  task_id uuid not null constraint task_labels_task_fkey references tasks (id),
  label varchar(50) not null,
  constraint task_labels_pkey primary key (task_id, label)
);

create index task_labels_label on task_labels (label, task_id);

create table task_logs (
  task_id uuid not null constraint task_logs_task_fkey references tasks (id),
  version integer not null,
  action varchar(30) not null,
  from_status varchar(20),
  to_status varchar(20) not null,
  actor varchar(320) not null,
  reason varchar(1000),
  changes text,
  at timestamptz(3) not null,
  constraint task_logs_pkey primary key (task_id, version)
);

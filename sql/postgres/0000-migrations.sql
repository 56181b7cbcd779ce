-- Where the migration runner records what it has done: one row for each statement of each file.
create table if not exists migrations (
  file varchar(100) not null,
  step integer not null,
  applied_at timestamptz(3) not null,
  constraint migrations_pkey primary key (file, step)
);

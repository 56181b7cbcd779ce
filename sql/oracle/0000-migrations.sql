-- Where the migration runner records what it has done: one row for each statement of each file. The row of this
-- statement is also what a runner locks, so that no two of them work at once.
create table "migrations" (
  "file" varchar2(100 char) not null,
  "step" number(10) not null,
  "applied_at" timestamp(3) not null,
  constraint "migrations_pkey" primary key ("file", "step")
);

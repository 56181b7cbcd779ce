-- The outbox: what must be published, in the order in which it happened. seq is the only key a database makes here.
-- Without a cache, from which each node of a cluster would hand out numbers of its own, a later row before an earlier one.
create table "outbox" (
  "seq" number(19) generated always as identity (nocache) constraint "outbox_pkey" primary key,
  "shard" number(5) not null,
  "exchange" varchar2(50) not null,
  "routing_key" varchar2(100) not null,
  "cc" varchar2(200),
  "message_id" varchar2(200 char) not null,
  "subject" varchar2(100 char) not null,
  "headers" clob not null,
  "body" clob not null,
  "created_at" timestamp(3) not null
);

create index "outbox_shard_seq" on "outbox" ("shard", "seq");

-- One lease a shard: whoever holds it is the only relay that publishes that shard's rows.
create table "outbox_shard" (
  "shard" number(5) not null constraint "outbox_shard_pkey" primary key,
  "owner" varchar2(100 char),
  "lease_until" timestamp(3)
);

insert into "outbox_shard" ("shard")
select 0 from dual union all select 1 from dual union all select 2 from dual union all select 3 from dual union all
select 4 from dual union all select 5 from dual union all select 6 from dual union all select 7 from dual union all
select 8 from dual union all select 9 from dual union all select 10 from dual union all select 11 from dual union all
select 12 from dual union all select 13 from dual union all select 14 from dual union all select 15 from dual;

-- What can never be published, with the reason.
create table "outbox_dead" (
  "seq" number(19) not null constraint "outbox_dead_pkey" primary key,
  "exchange" varchar2(50) not null,
  "routing_key" varchar2(100) not null,
  "message_id" varchar2(200 char) not null,
  "subject" varchar2(100 char) not null,
  "headers" clob not null,
  "body" clob not null,
  "reason" varchar2(1000 char) not null,
  "created_at" timestamp(3) not null,
  "died_at" timestamp(3) not null
);

-- The embedded broker's queues. position is made by the publishing process and only orders.
create table "deliveries" (
  "queue" varchar2(100 char) not null,
  "message_id" varchar2(200 char) not null,
  "position" number(19) not null,
  "exchange" varchar2(50) not null,
  "routing_key" varchar2(100) not null,
  "headers" clob not null,
  "body" clob not null,
  "redeliveries" number(10) not null,
  "available_at" timestamp(3) not null,
  "claimed_by" varchar2(100 char),
  "lease_until" timestamp(3),
  constraint "deliveries_pkey" primary key ("queue", "message_id")
);

create index "deliveries_queue_position" on "deliveries" ("queue", "position");
create index "deliveries_claimed_by" on "deliveries" ("claimed_by");

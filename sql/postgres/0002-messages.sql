-- The outbox: what must be published, in the order in which it happened. seq is the only key a database makes here.
create table outbox (
  seq bigint generated always as identity constraint outbox_pkey primary key,
  shard smallint not null,
  exchange varchar(50) not null,
  routing_key varchar(100) not null,
  cc varchar(200),
  message_id varchar(200) not null,
  subject varchar(100) not null,
  headers text not null,
  body text not null,
  created_at timestamptz(3) not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create index outbox_shard_seq on outbox (shard, seq);

-- One lease a shard: whoever holds it is the only relay that publishes that shard's rows.
create table outbox_shard (
  shard smallint not null constraint outbox_shard_pkey primary key,
  owner varchar(100),
  lease_until timestamptz(3)
);

insert into outbox_shard (shard) values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15);

-- What can never be published, with the reason.
create table outbox_dead (
  seq bigint not null constraint outbox_dead_pkey primary key,
  exchange varchar(50) not null,
  routing_key varchar(100) not null,
  message_id varchar(200) not null,
  subject varchar(100) not null,
  headers text not null,
  body text not null,
  reason varchar(1000) not null,
  created_at timestamptz(3) not null,
  died_at timestamptz(3) not null
);

-- The embedded broker's queues. position is made by the publishing process and only orders.
create table deliveries (
  queue varchar(100) not null,
  message_id varchar(200) not null,
  position bigint not null,
  exchange varchar(50) not null,
  routing_key varchar(100) not null,
  headers text not null,
  body text not null,
  redeliveries integer not null,
  available_at timestamptz(3) not null,
  claimed_by varchar(100),
  lease_until timestamptz(3),
  constraint deliveries_pkey primary key (queue, message_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create index deliveries_queue_position on deliveries (queue, position);
create index deliveries_claimed_by on deliveries (claimed_by);

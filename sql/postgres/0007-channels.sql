-- Where events go beside the mails to people: Slack, webhooks, Opsgenie, lists of addresses.

-- name_key is the name of a living channel in lower case. `settings` is JSON that may be shown, `sealed` is JSON sealed with
-- LIFELINE_SECRET: URLs, tokens, keys. `events` is a JSON list of topic patterns, null for none but those that name the channel.
create table channels (
  id uuid not null constraint channels_pkey primary key,
  name varchar(100) not null,
  name_key varchar(200) constraint channels_name_key unique,
  type varchar(20) not null,
  settings text not null,
  sealed text not null,
  events varchar(2000),
  status varchar(20) not null constraint channels_status_check check (status in ('Active', 'Disabled')),
  disabled_reason varchar(1000),
  version integer not null,
  created_by varchar(320) not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3)
);

create table channel_logs (
  channel_id uuid not null constraint channel_logs_channel_fkey references channels (id),
  version integer not null,
  action varchar(30) not null,
  from_status varchar(20),
  to_status varchar(20) not null,
  actor varchar(320) not null,
  reason varchar(1000),
  changes text,
  at timestamptz(3) not null,
  constraint channel_logs_pkey primary key (channel_id, version)
);

create index channel_logs_at on channel_logs (at, channel_id, version);

-- When channels were last told of an alert of a key, and how many were left out since. `key_hash` is a hash of the key.
create table alert_folds (
  id uuid not null constraint alert_folds_pkey primary key,
  key_hash varchar(64) not null constraint alert_folds_key_hash_key unique,
  told_at timestamptz(3) not null,
  left_out integer not null,
  version integer not null
);

create index alert_folds_told_at on alert_folds (told_at);

-- The channel that a notification belongs to; null for one to a person.
alter table notifications add column channel_id uuid;

create index notifications_channel on notifications (channel_id, id);

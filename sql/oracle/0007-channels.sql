-- Where events go beside the mails to people: Slack, webhooks, Opsgenie, lists of addresses.

-- name_key is the name of a living channel in lower case. `settings` is JSON that may be shown, `sealed` is JSON sealed with
-- LIFELINE_SECRET: URLs, tokens, keys. `events` is a JSON list of topic patterns, null for none but those that name the channel.
create table "channels" (
  "id" char(36) not null constraint "channels_pkey" primary key,
  "name" varchar2(100 char) not null,
  "name_key" varchar2(200 char) constraint "channels_name_key" unique,
  "type" varchar2(20) not null,
  "settings" clob not null,
  "sealed" clob not null,
  "events" varchar2(2000 char),
  "status" varchar2(20) not null constraint "channels_status_check" check ("status" in ('Active', 'Disabled')),
  "disabled_reason" varchar2(1000 char),
  "version" number(10) not null,
  "created_by" varchar2(320 char) not null,
  "created_at" timestamp(3) not null,
  "updated_at" timestamp(3) not null,
  "deleted_at" timestamp(3)
);

create table "channel_logs" (
  "channel_id" char(36) not null constraint "channel_logs_channel_fkey" references "channels" ("id"),
  "version" number(10) not null,
  "action" varchar2(30) not null,
  "from_status" varchar2(20),
  "to_status" varchar2(20) not null,
  "actor" varchar2(320 char) not null,
  "reason" varchar2(1000 char),
  "changes" clob,
  "at" timestamp(3) not null,
  constraint "channel_logs_pkey" primary key ("channel_id", "version")
);

create index "channel_logs_at" on "channel_logs" ("at", "channel_id", "version");

-- When channels were last told of an alert of a key, and how many were left out since. `key_hash` is a hash of the key.
create table "alert_folds" (
  "id" char(36) not null constraint "alert_folds_pkey" primary key,
  "key_hash" varchar2(64) not null constraint "alert_folds_key_hash_key" unique,
  "told_at" timestamp(3) not null,
  "left_out" number(10) not null,
  "version" number(10) not null
);

create index "alert_folds_told_at" on "alert_folds" ("told_at");

-- The channel that a notification belongs to; null for one to a person.
alter table "notifications" add "channel_id" char(36);

create index "notifications_channel" on "notifications" ("channel_id", "id");

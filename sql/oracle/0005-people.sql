-- People, their sessions and keys, and what the API's conventions have to remember.

-- An address is one person's, however it is written: email_key is the address of a living user in lower case. `founder` is
-- 1 for whoever registered first on an empty system: it can be given away once.
create table "users" (
  "id" char(36) not null constraint "users_pkey" primary key,
  "email" varchar2(254 char),
  "email_key" varchar2(254 char) constraint "users_email_key" unique,
  "name" varchar2(200 char),
  "role" varchar2(20) not null constraint "users_role_check" check ("role" in ('admin', 'operator', 'member', 'customer', 'reader')),
  "status" varchar2(20) not null constraint "users_status_check" check ("status" in ('Unverified', 'Active', 'Deleted')),
  "password_hash" varchar2(200),
  "password_at" timestamp(3),
  "founder" number(10) constraint "users_founder_key" unique,
  "version" number(10) not null,
  "created_at" timestamp(3) not null,
  "updated_at" timestamp(3) not null,
  "deleted_at" timestamp(3)
);

create table "user_logs" (
  "user_id" char(36) not null constraint "user_logs_user_fkey" references "users" ("id"),
  "version" number(10) not null,
  "action" varchar2(30) not null,
  "from_status" varchar2(20),
  "to_status" varchar2(20) not null,
  "actor" varchar2(320 char) not null,
  "reason" varchar2(1000 char),
  "changes" clob,
  "at" timestamp(3) not null,
  constraint "user_logs_pkey" primary key ("user_id", "version")
);

-- A family of refresh tokens: one login. `generation` is that of the newest token.
create table "sessions" (
  "id" char(36) not null constraint "sessions_pkey" primary key,
  "user_id" char(36) not null constraint "sessions_user_fkey" references "users" ("id"),
  "status" varchar2(20) not null constraint "sessions_status_check" check ("status" in ('Active', 'Ended')),
  "generation" number(10) not null,
  "rotated_at" timestamp(3) not null,
  "expires_at" timestamp(3) not null,
  "address" varchar2(50),
  "user_agent" varchar2(200 char),
  "version" number(10) not null,
  "created_at" timestamp(3) not null,
  "updated_at" timestamp(3) not null
);

create index "sessions_user" on "sessions" ("user_id", "id");

create table "session_logs" (
  "session_id" char(36) not null constraint "session_logs_session_fkey" references "sessions" ("id"),
  "version" number(10) not null,
  "action" varchar2(30) not null,
  "from_status" varchar2(20),
  "to_status" varchar2(20) not null,
  "actor" varchar2(320 char) not null,
  "reason" varchar2(1000 char),
  "changes" clob,
  "at" timestamp(3) not null,
  constraint "session_logs_pkey" primary key ("session_id", "version")
);

-- Only hashes: who reads this table can log in as nobody.
create table "refresh_tokens" (
  "hash" varchar2(64) not null constraint "refresh_tokens_pkey" primary key,
  "session_id" char(36) not null constraint "refresh_tokens_session_fkey" references "sessions" ("id"),
  "generation" number(10) not null,
  "created_at" timestamp(3) not null
);

create index "refresh_tokens_created_at" on "refresh_tokens" ("created_at");

-- `scopes` is a JSON list of permissions, null for all that its owner has; no owner means the system's.
create table "keys" (
  "id" char(36) not null constraint "keys_pkey" primary key,
  "name" varchar2(100 char) not null,
  "secret_hash" varchar2(64) not null,
  "owner_id" char(36) constraint "keys_owner_fkey" references "users" ("id"),
  "scopes" varchar2(2000),
  "requests_per_minute" number(10),
  "expires_at" timestamp(3),
  "last_used_at" timestamp(3),
  "status" varchar2(20) not null constraint "keys_status_check" check ("status" in ('Active', 'Revoked')),
  "version" number(10) not null,
  "created_by" varchar2(320 char) not null,
  "created_at" timestamp(3) not null,
  "updated_at" timestamp(3) not null
);

create index "keys_owner" on "keys" ("owner_id", "id");

create table "key_logs" (
  "key_id" char(36) not null constraint "key_logs_key_fkey" references "keys" ("id"),
  "version" number(10) not null,
  "action" varchar2(30) not null,
  "from_status" varchar2(20),
  "to_status" varchar2(20) not null,
  "actor" varchar2(320 char) not null,
  "reason" varchar2(1000 char),
  "changes" clob,
  "at" timestamp(3) not null,
  constraint "key_logs_pkey" primary key ("key_id", "version")
);

-- The key ring of access tokens: the highest number signs, all of them verify. The private half is sealed.
create table "signing_keys" (
  "number" number(10) not null constraint "signing_keys_pkey" primary key,
  "kid" varchar2(50) not null constraint "signing_keys_kid_key" unique,
  "public_jwk" varchar2(1000) not null,
  "private_jwk" varchar2(2000) not null,
  "created_at" timestamp(3) not null
);

-- What a POST with an Idempotency-Key was answered, stored with its effect. `id` is a hash of principal, route and key.
create table "idempotency_keys" (
  "id" varchar2(64) not null constraint "idempotency_keys_pkey" primary key,
  "request_hash" varchar2(64) not null,
  "status" number(10) not null,
  "answer_headers" varchar2(2000) not null,
  "body" clob,
  "created_at" timestamp(3) not null
);

create index "idempotency_keys_created_at" on "idempotency_keys" ("created_at");

-- How often a principal or address has asked in one window, by the process that counted.
create table "rate_counts" (
  "id" varchar2(64) not null constraint "rate_counts_pkey" primary key,
  "subject" varchar2(400 char) not null,
  "window_at" timestamp(3) not null,
  "process" varchar2(36) not null,
  "hits" number(10) not null
);

create index "rate_counts_window" on "rate_counts" ("window_at", "subject");

-- The audit reads all logs by time.
create index "task_logs_at" on "task_logs" ("at", "task_id", "version");
create index "user_logs_at" on "user_logs" ("at", "user_id", "version");
create index "session_logs_at" on "session_logs" ("at", "session_id", "version");
create index "key_logs_at" on "key_logs" ("at", "key_id", "version");

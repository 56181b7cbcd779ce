-- People, their sessions and keys, and what the API's conventions have to remember.

-- An address is one person's, however it is written: email_key is the address of a living user in lower case. `founder` is
-- 1 for whoever registered first on an empty system: it can be given away once.
create table users (
  id uuid not null constraint users_pkey primary key,
  email varchar(254),
  email_key varchar(254) constraint users_email_key unique,
  name varchar(200),
  role varchar(20) not null constraint users_role_check check (role in ('admin', 'operator', 'member', 'customer', 'reader')),
  status varchar(20) not null constraint users_status_check check (status in ('Unverified', 'Active', 'Deleted')),
  password_hash varchar(200),
  password_at timestamptz(3),
  founder integer constraint users_founder_key unique,
  version integer not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3)
);

create table user_logs (
  user_id uuid not null constraint user_logs_user_fkey references users (id),
  version integer not null,
  action varchar(30) not null,
  from_status varchar(20),
  to_status varchar(20) not null,
  actor varchar(320) not null,
  reason varchar(1000),
  changes text,
  at timestamptz(3) not null,
  constraint user_logs_pkey primary key (user_id, version)
);

-- A family of refresh tokens: one login. `generation` is that of the newest token.
create table sessions (
  id uuid not null constraint sessions_pkey primary key,
  user_id uuid not null constraint sessions_user_fkey references users (id),
  status varchar(20) not null constraint sessions_status_check check (status in ('Active', 'Ended')),
  generation integer not null,
  rotated_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  address varchar(50),
  user_agent varchar(200),
  version integer not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);

create index sessions_user on sessions (user_id, id);

create table session_logs (
  session_id uuid not null constraint session_logs_session_fkey references sessions (id),
  version integer not null,
  action varchar(30) not null,
  from_status varchar(20),
  to_status varchar(20) not null,
  actor varchar(320) not null,
  reason varchar(1000),
  changes text,
  at timestamptz(3) not null,
  constraint session_logs_pkey primary key (session_id, version)
);

-- Only hashes: who reads this table can log in as nobody.
create table refresh_tokens (
  hash varchar(64) not null constraint refresh_tokens_pkey primary key,
  session_id uuid not null constraint refresh_tokens_session_fkey references sessions (id),
  generation integer not null,
  created_at timestamptz(3) not null
);

create index refresh_tokens_created_at on refresh_tokens (created_at);

-- `scopes` is a JSON list of permissions, null for all that its owner has; no owner means the system's.
create table keys (
  id uuid not null constraint keys_pkey primary key,
  name varchar(100) not null,
  secret_hash varchar(64) not null,
  owner_id uuid constraint keys_owner_fkey references users (id),
  scopes varchar(2000),
  requests_per_minute integer,
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  status varchar(20) not null constraint keys_status_check check (status in ('Active', 'Revoked')),
  version integer not null,
  created_by varchar(320) not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);

create index keys_owner on keys (owner_id, id);

create table key_logs (
  key_id uuid not null constraint key_logs_key_fkey references keys (id),
  version integer not null,
  action varchar(30) not null,
  from_status varchar(20),
  to_status varchar(20) not null,
  actor varchar(320) not null,
  reason varchar(1000),
  changes text,
  at timestamptz(3) not null,
  constraint key_logs_pkey primary key (key_id, version)
);

-- The key ring of access tokens: the highest number signs, all of them verify. The private half is sealed.
create table signing_keys (
  number integer not null constraint signing_keys_pkey primary key,
  kid varchar(50) not null constraint signing_keys_kid_key unique,
  public_jwk varchar(1000) not null,
  private_jwk varchar(2000) not null,
  created_at timestamptz(3) not null
);

-- What a POST with an Idempotency-Key was answered, stored with its effect. `id` is a hash of principal, route and key.
create table idempotency_keys (
  id varchar(64) not null constraint idempotency_keys_pkey primary key,
  request_hash varchar(64) not null,
  status integer not null,
  answer_headers varchar(2000) not null,
  body text,
  created_at timestamptz(3) not null
);

create index idempotency_keys_created_at on idempotency_keys (created_at);

-- How often a principal or address has asked in one window, by the process that counted.
create table rate_counts (
  id varchar(64) not null constraint rate_counts_pkey primary key,
  subject varchar(400) not null,
  window_at timestamptz(3) not null,
  process varchar(36) not null,
  hits integer not null
);

create index rate_counts_window on rate_counts (window_at, subject);

-- The audit reads all logs by time.
create index task_logs_at on task_logs (at, task_id, version);
create index user_logs_at on user_logs (at, user_id, version);
create index session_logs_at on session_logs (at, session_id, version);
create index key_logs_at on key_logs (at, key_id, version);

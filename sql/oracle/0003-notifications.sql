create table "notifications" (
  "id" char(36) not null constraint "notifications_pkey" primary key,
  "event_id" varchar2(200 char) not null,
  "channel" varchar2(20) not null,
  "recipient" varchar2(254 char) not null,
  "subject" varchar2(100 char) not null,
  "template" varchar2(50 char) not null,
  "data" clob not null,
  "traceparent" varchar2(100),
  "status" varchar2(20) not null constraint "notifications_status_check" check ("status" in ('Queued', 'Sending', 'Sent', 'Failed')),
  "attempts" number(10) not null,
  "announcements" number(10) not null,
  "version" number(10) not null,
  "wake_at" timestamp(3),
  "last_error" varchar2(1000 char),
  "provider_id" varchar2(200 char),
  "created_at" timestamp(3) not null,
  "updated_at" timestamp(3) not null,
  "sent_at" timestamp(3),
  constraint "notifications_event_key" unique ("event_id", "channel", "recipient")
);

create index "notifications_wake_at" on "notifications" ("wake_at");
create index "notifications_subject" on "notifications" ("subject");
create index "notifications_sent_at" on "notifications" ("sent_at");

create table notifications (
  id uuid not null constraint notifications_pkey primary key,
  event_id varchar(200) not null,
  channel varchar(20) not null,
  recipient varchar(254) not null,
  subject varchar(100) not null,
  template varchar(50) not null,
  data text not null,
  traceparent varchar(100),
  status varchar(20) not null constraint notifications_status_check check (status in ('Queued', 'Sending', 'Sent', 'Failed')),
  attempts integer not null,
  announcements integer not null,
  version integer not null,
  wake_at timestamptz(3),
  last_error varchar(1000),
  provider_id varchar(200),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  sent_at timestamptz(3),
  constraint notifications_event_key unique (event_id, channel, recipient)
);

create index notifications_wake_at on notifications (wake_at);
create index notifications_subject on notifications (subject);
create index notifications_sent_at on notifications (sent_at);

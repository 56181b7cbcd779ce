-- Notifications that are told together: one message a minute to one recipient, in the words of one template.

-- `group_key` is a hash of who hears what, while it has not ended; null for what is told alone. `told_at` is when it was announced
-- first, `told_slot` its group and the minute of that: at once two writers cannot both be the first.
alter table notifications add column group_key varchar(64);
alter table notifications add column told_at timestamptz(3);
alter table notifications add column told_slot varchar(100);

create index notifications_group on notifications (group_key) where group_key is not null;
create unique index notifications_told_slot on notifications (told_slot) where told_slot is not null;

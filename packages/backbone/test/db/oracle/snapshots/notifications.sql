-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- notifications/announce-notifications.ts: announceDueNotifications
select * from "notifications" where "wake_at" <= :1 order by "wake_at" fetch next :2 rows only;

-- notifications/notifications.ts: addNotifications
insert into "notifications" ("id", "event_id", "channel", "recipient", "subject", "template", "data", "traceparent", "status", "attempts", "announcements", "version", "wake_at", "last_error", "provider_id", "created_at", "updated_at", "sent_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15, :16, :17, :18);

-- notifications/notifications.ts: addNotifications
select "channel", "recipient" from "notifications" where "event_id" = :1;

-- notifications/notifications.ts: announceDueNotifications
select * from "notifications" where "wake_at" <= :1 order by "wake_at" fetch next :2 rows only;

-- notifications/notifications.ts: findNotification
select * from "notifications" where "id" = :1;

-- notifications/notifications.ts: pruneSentNotifications
delete from "notifications" where "id" in (:1);

-- notifications/notifications.ts: pruneSentNotifications
select "id" from "notifications" where "sent_at" < :1 order by "sent_at" fetch next :2 rows only;

-- notifications/notifications.ts: update
update "notifications" set "status" = :1, "announcements" = :2, "wake_at" = :3, "version" = :4, "updated_at" = :5 where "id" = :6 and "version" = :7;

-- notifications/notifications.ts: update
update "notifications" set "status" = :1, "attempts" = :2, "wake_at" = :3, "version" = :4, "updated_at" = :5 where "id" = :6 and "version" = :7;

-- notifications/notifications.ts: update
update "notifications" set "status" = :1, "wake_at" = :2, "sent_at" = :3, "provider_id" = :4, "last_error" = :5, "version" = :6, "updated_at" = :7 where "id" = :8 and "version" = :9;

-- notifications/prune-notifications.ts: pruneSentNotifications
select "id" from "notifications" where "sent_at" < :1 order by "sent_at" fetch next :2 rows only;

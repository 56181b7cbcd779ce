-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- notifications/add-notifications.ts: addNotifications
select "event_id", "channel", "recipient" from "notifications" where "event_id" in (:1);

-- notifications/announce-notifications.ts: announceDueNotifications
select * from "notifications" where "wake_at" <= :1 order by "wake_at" fetch next :2 rows only;

-- notifications/change-notification.ts: changeNotification
select "id", "version" from "notifications" where "id" in (:1);

-- notifications/notification.ts: findNotifications
select * from "notifications" where "id" in (:1);

-- notifications/prune-notifications.ts: pruneSentNotifications
delete from "notifications" where "id" in (:1);

-- notifications/prune-notifications.ts: pruneSentNotifications
select "id" from "notifications" where "sent_at" < :1 order by "sent_at" fetch next :2 rows only;

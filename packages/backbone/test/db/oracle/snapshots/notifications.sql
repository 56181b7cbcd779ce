-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- notifications/add-notifications.ts: addNotifications
select "event_id", "channel", "recipient" from "notifications" where "event_id" in (:1);

-- notifications/announce-notifications.ts: announceDueNotifications
select * from "notifications" where "wake_at" <= :1 order by "wake_at" fetch next :2 rows only;

-- notifications/announce-notifications.ts: announceWaiting
select "id", "version" from "notifications" where "id" in (:1);

-- notifications/change-notification.ts: changeNotification
select "id", "version" from "notifications" where "id" in (:1);

-- notifications/channel-notifications.ts: listChannelNotifications
select * from "notifications" where "channel_id" = :1 and "id" < :2 order by "id" desc fetch next :3 rows only;

-- notifications/channel-notifications.ts: listChannelNotifications
select * from "notifications" where "channel_id" = :1 and "status" = :2 order by "id" desc fetch next :3 rows only;

-- notifications/channel-notifications.ts: listChannelNotifications
select * from "notifications" where "channel_id" = :1 order by "id" desc fetch next :2 rows only;

-- notifications/channel-notifications.ts: listOfSubject
select * from "notifications" where "subject" = :1 and "channel_id" = :2 order by "id" desc fetch next :3 rows only;

-- notifications/fold-alerts.ts: findFolds
select * from "alert_folds" where "key_hash" in (:1);

-- notifications/group.ts: findCompanions
select "id", "subject" from "notifications" where "group_key" = :1 and "status" = :2 and "id" != :3 order by "created_at" fetch next :4 rows only;

-- notifications/group.ts: findTold
select "told_slot", "told_at" from "notifications" where "told_slot" in (:1) and "told_slot" is not null order by "told_at";

-- notifications/group.ts: findUnopened
select "subject", "status", "wake_at" from "notifications" where "group_key" = :1 and "status" in (:2);

-- notifications/notification.ts: findNotifications
select * from "notifications" where "id" in (:1);

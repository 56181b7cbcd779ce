-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- channels/find-channels.ts: findChannels
select * from "channels" where "id" in (:1) and "deleted_at" is null;

-- channels/find-channels.ts: listChannels
select * from "channels" where "deleted_at" is null and "id" < :1 order by "id" desc fetch next :2 rows only;

-- channels/find-channels.ts: listChannels
select * from "channels" where "deleted_at" is null and "status" = :1 order by "id" desc fetch next :2 rows only;

-- channels/find-channels.ts: listChannels
select * from "channels" where "deleted_at" is null and "type" = :1 and "status" = :2 order by "id" desc fetch next :3 rows only;

-- channels/find-channels.ts: listChannels
select * from "channels" where "deleted_at" is null order by "id" desc fetch next :1 rows only;

-- channels/find-channels.ts: listSubscribers
select "id", "name", "type", "events", "settings" from "channels" where "deleted_at" is null and "status" = :1 order by "id";

-- channels/find-channels.ts: takenNames
select "id", "name_key" from "channels" where "name_key" in (:1);

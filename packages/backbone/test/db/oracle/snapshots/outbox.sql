-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- outbox/add-messages.ts: addMessages
insert into "outbox" ("shard", "exchange", "routing_key", "cc", "message_id", "subject", "headers", "body", "created_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- outbox/backlog.ts: countWaitingMessages
select count(*) "waiting" from (select "seq" from "outbox" fetch next :1 rows only) "some";

-- outbox/backlog.ts: oldestMessage
select "created_at" from "outbox" order by "seq" fetch next :1 rows only;

-- outbox/backlog.ts: outboxBacklog
select count(*) "waiting", min("created_at") "oldest" from "outbox";

-- outbox/messages.ts: buryMessages
delete from "outbox" where "seq" in (:1);

-- outbox/messages.ts: buryMessages
insert into "outbox_dead" ("seq", "exchange", "routing_key", "message_id", "subject", "headers", "body", "created_at", "reason", "died_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10);

-- outbox/messages.ts: buryMessages
select * from "outbox" where "seq" in (:1);

-- outbox/messages.ts: deleteMessages
delete from "outbox" where "seq" in (:1);

-- outbox/messages.ts: listOutbox
select "seq", "exchange", "routing_key", "cc", "message_id", "subject", "headers", "body" from "outbox" where "shard" in (:1) and "subject" not in (:2) order by "shard", "seq" fetch next :3 rows only;

-- outbox/messages.ts: listOutbox
select "seq", "exchange", "routing_key", "cc", "message_id", "subject", "headers", "body" from "outbox" where "shard" in (:1) order by "shard", "seq" fetch next :2 rows only;

-- outbox/shards.ts: leaseShards
select "shard" from "outbox_shard" where "owner" = :1 and "shard" in (:2);

-- outbox/shards.ts: leaseShards
update "outbox_shard" set "owner" = :1, "lease_until" = :2 where "shard" in (:3) and ("owner" = :4 or "lease_until" is null or "lease_until" < :5);

-- outbox/shards.ts: listShards
select "s"."shard", "s"."owner", "s"."lease_until", (select min("o"."shard") "waiting" from "outbox" "o" where "o"."shard" >= "s"."shard" and "o"."shard" <= "s"."shard") "waiting" from "outbox_shard" "s" order by "s"."shard";

-- outbox/shards.ts: releaseShards
update "outbox_shard" set "owner" = :1, "lease_until" = :2 where "owner" = :3;

-- outbox/shards.ts: releaseShards
update "outbox_shard" set "owner" = :1, "lease_until" = :2 where "owner" = :3 and "shard" in (:4);

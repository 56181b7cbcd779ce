-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- outbox/add-messages.ts: addMessages
insert into "outbox" ("shard", "exchange", "routing_key", "cc", "message_id", "subject", "headers", "body", "created_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9);

-- outbox/shards.ts: buryMessages
delete from "outbox" where "seq" in (:1);

-- outbox/shards.ts: buryMessages
insert into "outbox_dead" ("seq", "exchange", "routing_key", "message_id", "subject", "headers", "body", "reason", "created_at", "died_at") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10);

-- outbox/shards.ts: deleteMessages
delete from "outbox" where "seq" in (:1);

-- outbox/shards.ts: leaseShard
update "outbox_shard" set "owner" = :1, "lease_until" = :2 where "shard" = :3 and ("owner" = :4 or "lease_until" is null or "lease_until" < :5);

-- outbox/shards.ts: listOutbox
select * from "outbox" where "shard" in (:1) and "subject" not in (:2) order by "seq" fetch next :3 rows only;

-- outbox/shards.ts: listOutbox
select * from "outbox" where "shard" in (:1) order by "seq" fetch next :2 rows only;

-- outbox/shards.ts: listWaitingShards
select "s"."shard", "s"."owner", "s"."lease_until" from "outbox_shard" "s" where ("s"."owner" = :1 or "s"."lease_until" is null or "s"."lease_until" < :2) and exists (select "o"."seq" from "outbox" "o" where "o"."shard" = "s"."shard") order by "s"."shard";

-- outbox/shards.ts: outboxBacklog
select count(*) "waiting", min("created_at") "oldest" from "outbox";

-- outbox/shards.ts: releaseShards
update "outbox_shard" set "owner" = :1, "lease_until" = :2 where "owner" = :3;

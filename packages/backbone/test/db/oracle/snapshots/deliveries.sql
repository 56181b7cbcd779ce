-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- deliveries/deliveries.ts: ackDelivery
delete from "deliveries" where "queue" = :1 and "message_id" = :2 and "claimed_by" = :3;

-- deliveries/deliveries.ts: addDeliveries
select "queue", "message_id" from "deliveries" where "message_id" in (:1);

-- deliveries/deliveries.ts: claimDeliveries
select "message_id", "lease_until" from "deliveries" where "queue" = :1 and "available_at" <= :2 and ("lease_until" is null or "lease_until" < :3) order by "position" fetch next :4 rows only;

-- deliveries/deliveries.ts: claimDeliveries
select * from "deliveries" where "claimed_by" = :1 and "message_id" in (:2) and "queue" = :3 order by "position";

-- deliveries/deliveries.ts: claimDeliveries
update "deliveries" set "claimed_by" = :1, "lease_until" = :2, "redeliveries" = "redeliveries" + case when "lease_until" is null then 0 else 1 end where "queue" = :3 and "message_id" in (:4) and ("lease_until" is null or "lease_until" < :5);

-- deliveries/deliveries.ts: countDeliveries
select count(*) "waiting" from "deliveries" where "queue" = :1 and "available_at" <= :2 and ("lease_until" is null or "lease_until" < :3);

-- deliveries/deliveries.ts: insertDeliveries
insert into "deliveries" ("message_id", "position", "exchange", "routing_key", "headers", "body", "queue", "redeliveries", "available_at", "claimed_by", "lease_until") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11);

-- deliveries/deliveries.ts: insertDeliveries
insert into "deliveries" ("queue", "message_id", "position", "exchange", "routing_key", "headers", "body", "redeliveries", "available_at", "claimed_by", "lease_until") values (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11);

-- deliveries/deliveries.ts: moveDelivery
delete from "deliveries" where "queue" = :1 and "message_id" = :2;

-- deliveries/deliveries.ts: moveDelivery
update "deliveries" set "queue" = :1, "headers" = :2, "claimed_by" = :3, "lease_until" = :4 where "queue" = :5 and "message_id" = :6 and "claimed_by" = :7;

-- deliveries/deliveries.ts: renewDeliveries
update "deliveries" set "lease_until" = :1 where "claimed_by" = :2;

-- deliveries/deliveries.ts: returnDelivery
update "deliveries" set "headers" = :1, "available_at" = :2, "claimed_by" = :3, "lease_until" = :4, "redeliveries" = :5 where "queue" = :6 and "message_id" = :7 and "claimed_by" = :8;

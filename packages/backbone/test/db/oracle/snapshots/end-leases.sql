-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- end-leases.ts: endLeases
update "deliveries" set "lease_until" = :1 where "lease_until" is not null;

-- end-leases.ts: endLeases
update "notifications" set "wake_at" = :1 where "status" = :2;

-- end-leases.ts: endLeases
update "outbox_shard" set "owner" = :1, "lease_until" = :2;

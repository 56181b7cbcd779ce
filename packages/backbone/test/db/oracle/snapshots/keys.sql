-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- keys/find-keys.ts: findKeyRows
select * from "keys" where "id" in (:1);

-- keys/find-keys.ts: findOwner
select "id", "role", "status", "email_key" "email" from "users" where "email_key" = :1;

-- keys/find-keys.ts: findOwner
select "id", "role", "status", "email_key" "email" from "users" where "id" = :1;

-- keys/find-keys.ts: listKeys
select * from "keys" order by "id" desc fetch next :1 rows only;

-- keys/find-keys.ts: listKeys
select * from "keys" where "id" < :1 order by "id" desc fetch next :2 rows only;

-- keys/find-keys.ts: listKeys
select * from "keys" where "owner_id" = :1 and "id" < :2 order by "id" desc fetch next :3 rows only;

-- keys/find-keys.ts: listKeys
select * from "keys" where "owner_id" = :1 order by "id" desc fetch next :2 rows only;

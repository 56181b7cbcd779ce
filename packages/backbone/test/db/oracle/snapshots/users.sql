-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- users/add-user.ts: hasNoUsers
select "id" from "users" fetch next :1 rows only;

-- users/find-mailboxes.ts: findOwners
select "id", "owner_id" from "keys" where "id" in (:1);

-- users/find-users.ts: findUserByEmail
select * from "users" where "email_key" = :1;

-- users/find-users.ts: findUsers
select * from "users" where "id" in (:1) and "status" <> :2;

-- users/find-users.ts: takenEmails
select "email_key" from "users" where "email_key" in (:1);

-- users/list-users.ts: countUsers
select count(*) "count" from (select "id" from "users" where "status" <> :1 fetch next :2 rows only) "counted";

-- users/list-users.ts: listUsers
select * from "users" where "status" <> :1 and "id" < :2 order by "id" desc fetch next :3 rows only;

-- users/list-users.ts: listUsers
select * from "users" where "status" <> :1 order by "id" desc fetch next :2 rows only;

-- users/list-users.ts: listUsers
select * from "users" where "status" <> :1 order by "id" desc offset :2 rows fetch next :3 rows only;

-- users/list-users.ts: listUsers
select * from "users" where "status" = :1 order by "id" desc fetch next :2 rows only;

-- users/list-users.ts: listUsers
select * from "users" where ("status" <> :1 and "email_key" = :2 and "id" = :3) order by "id" desc fetch next :4 rows only;

-- users/list-users.ts: listUsers
select * from "users" where ("status" <> :1 and "role" = :2 and "email_key" = :3) order by "id" desc fetch next :4 rows only;

-- users/list-users.ts: listUsers
select * from "users" where ("status" <> :1 and "role" = :2) order by "id" desc fetch next :3 rows only;

-- users/replace-hash.ts: replaceHash
update "users" set "password_hash" = :1 where "id" = :2 and "password_hash" = :3;

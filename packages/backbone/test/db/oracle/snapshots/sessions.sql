-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- sessions/find-sessions.ts: findSessions
select * from "sessions" where "id" in (:1);

-- sessions/find-sessions.ts: findTokens
select * from "refresh_tokens" where "hash" in (:1);

-- sessions/find-sessions.ts: hasLoggedInFrom
select "id" from "sessions" where "user_id" = :1 and "address" = :2 and "created_at" > :3 fetch next :4 rows only;

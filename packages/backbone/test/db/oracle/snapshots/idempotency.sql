-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- idempotency/once.ts: findAnswers
select * from "idempotency_keys" where "id" in (:1);

-- idempotency/prune-answers.ts: pruneAnswers
delete from "idempotency_keys" where "id" in (:1);

-- idempotency/prune-answers.ts: pruneAnswers
select "id" from "idempotency_keys" where "created_at" < :1 order by "created_at" fetch next :2 rows only;

-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- idempotency/once.ts: findAnswers
select * from "idempotency_keys" where "id" in (:1);

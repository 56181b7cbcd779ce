-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- migrate.ts: applyStep
insert into "migrations" ("file", "step", "applied_at") values (:1, :2, :3);

-- migrate.ts: finishedSteps
select "file", count("step") "steps" from "migrations" group by "file";

-- migrate.ts: finishedSteps
select table_name "name" from user_tables union all select synonym_name from user_synonyms;

-- migrate.ts: pingDatabase
select 1 "one" from dual;

-- migrate.ts: recordAgain
insert into "migrations" ("file", "step", "applied_at") values (:1, :2, :3);

-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- rate-counts/share-counts.ts: listCounts
select "subject", "process", "hits" from "rate_counts" where "window_at" = :1 and "subject" in (:2);

-- rate-counts/share-counts.ts: shareCounts
insert into "rate_counts" ("id", "subject", "window_at", "process", "hits") values (:1, :2, :3, :4, :5);

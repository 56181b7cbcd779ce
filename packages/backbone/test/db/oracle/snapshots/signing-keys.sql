-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- signing-keys/signing-keys.ts: addSigningKey
insert into "signing_keys" ("number", "kid", "public_jwk", "private_jwk", "created_at") values (:1, :2, :3, :4, :5);

-- signing-keys/signing-keys.ts: listSigningKeys
select * from "signing_keys" order by "number" desc fetch next :1 rows only;

-- signing-keys/signing-keys.ts: pruneSigningKeys
delete from "signing_keys" where "number" in (:1);

import { addSigningKey, listSigningKeys, pruneSigningKeys } from '@lifeline/backbone/db/signing-keys/signing-keys'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import { openSigningKey, rotateOldSigningKey, rotateSigningKey } from '@lifeline/backbone/signing-keys'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { at, NOON } from './given-task.ts'

const secrets = makeSecrets('a secret of tests, for nothing that lasts')

for (const engine of ENGINES) {
  t.test(`${engine}: the newest key signs; one that was replaced goes when no token of its can live`, async (t) => {
    const db = await freshDatabase(t, engine)
    t.equal(await rotateOldSigningKey(db, secrets, at('23:00:00'), NOON), false, 'the first is made by whoever needs it')
    const first = await rotateSigningKey(db, secrets, NOON)
    t.strictSame(await listSigningKeys(db), [first])
    t.equal(await rotateOldSigningKey(db, secrets, NOON, at('13:00:00')), false)
    t.equal(await rotateOldSigningKey(db, secrets, at('12:00:01'), at('13:00:00')), true)
    t.strictSame(
      (await listSigningKeys(db)).map(({ number }) => number),
      [2, 1],
    )
    t.equal(await pruneSigningKeys(db, at('13:00:00')), 0)
    t.equal(await pruneSigningKeys(db, at('13:00:01')), 1)
    t.equal(await pruneSigningKeys(db, at('23:00:00')), 0, 'the one that signs stays, however old')
    const [left] = await listSigningKeys(db)
    t.equal(left?.number, 2)
    t.equal((await rotateSigningKey(db, secrets, NOON)).number, 3)
  })

  t.test(`${engine}: the private half is sealed, and opens with the same secret only`, async (t) => {
    const db = await freshDatabase(t, engine)
    const key = await rotateSigningKey(db, secrets, NOON)
    const { d, ...publicHalf } = openSigningKey(key, secrets)
    t.match(publicHalf, { crv: 'Ed25519', kty: 'OKP', x: key.publicJwk.x })
    t.notMatch(JSON.stringify(await db.selectFrom('signing_keys').selectAll().execute()), d)
    t.throws(() => openSigningKey(key, makeSecrets('another secret of tests, for nothing')), /another LIFELINE_SECRET/)
    await t.rejects(addSigningKey(db, key), { code: 'not_unique' })
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: processes that make a key at once agree on one`, async (t) => {
    const db = await freshDatabase(t, engine)
    const made = await Promise.all(Array.from({ length: 5 }, () => rotateSigningKey(db, secrets, NOON)))
    const ring = await listSigningKeys(db)
    t.ok(made.every(({ kid }) => ring.some((key) => key.kid === kid)))
    t.strictSame(
      ring.map(({ number }) => number),
      Array.from(ring, (_, i) => ring.length - i),
    )
  })
}

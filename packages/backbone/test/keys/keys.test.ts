import { commitOne } from '@lifeline/backbone/db/commit'
import { addKey, type NewKey } from '@lifeline/backbone/db/keys/add-key'
import { findKey, findOwner, listKeys, recordKeyUse } from '@lifeline/backbone/db/keys/find-keys'
import { KeySchema, scopesOf, toKey } from '@lifeline/backbone/db/keys/key'
import { keyHash, keyIdOf } from '@lifeline/backbone/db/keys/key-text'
import { revokeKey } from '@lifeline/backbone/db/keys/revoke-key'
import { KEY_STATUSES } from '@lifeline/backbone/db/keys/status'
import type { Db } from '@lifeline/backbone/db/schema'
import { EVENT_SCHEMAS } from '@lifeline/backbone/kinds'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { givenUser } from '@lifeline/testing/given-user'
import { sql } from 'kysely'
import t from 'tap'
import { Value } from 'typebox/value'

const NOON = new Date('2026-03-02T12:00:00.000Z')
const LATER = new Date('2026-03-02T13:00:00.000Z')

function givenKey(db: Db, key: Partial<NewKey> = {}) {
  const whole = { name: 'ci', ownerId: null, scopes: null, requestsPerMinute: null, expiresAt: null, actor: 'key:boss', now: NOON, ...key }
  return commitOne(db, addKey, whole)
}

const messagesOf = (db: Db, id: string) =>
  db.selectFrom('outbox').select(['message_id', 'routing_key', 'body']).where('subject', '=', `key/${id}`).orderBy('seq').execute()
const logsOf = (db: Db, id: string) => db.selectFrom('key_logs').selectAll().where('key_id', '=', id).orderBy('version').execute()

for (const engine of ENGINES) {
  t.test(`${engine}: a key is answered once and stored as a hash, with its log row and its event`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { key, text } = await givenKey(db, { scopes: ['task:read', 'task:create', 'task:read'], requestsPerMinute: 60, expiresAt: LATER })
    t.match(text, /^llk_[0-9a-f]{32}_[\w-]{43}$/)
    t.equal(keyIdOf(text.split('_')[1] ?? ''), key.id)
    const found = await findKey(db, key.id)
    t.strictSame(found, { key, owner: undefined })
    t.equal(found?.key.secret_hash, keyHash(text))
    t.match(key, { status: 'Active', version: 1, created_by: 'key:boss', requests_per_minute: 60, expires_at: LATER, last_used_at: null })
    t.strictSame(scopesOf(key), ['task:create', 'task:read'], 'a set')
    t.match(await logsOf(db, key.id), [{ version: 1, action: 'created', from_status: null, to_status: 'Active', actor: 'key:boss' }])
    const [event] = await messagesOf(db, key.id)
    t.match(event, { message_id: `key/${key.id}@1`, routing_key: 'key.created' })
    const data = JSON.parse(event?.body ?? '')
    t.ok(Value.Check(EVENT_SCHEMAS['key.created'], data))
    t.strictSame(data.after, toKey(key))
    const secret = text.slice(-43)
    t.notOk(event?.body.includes(secret) || event?.body.includes(keyHash(text)), 'neither the secret nor its hash is told')
    t.ok(Value.Check(KeySchema, toKey(key)))
  })

  t.test(`${engine}: a revoked key has one version more, and revoking it again is no change`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { key } = await givenKey(db)
    const revoked = await commitOne(db, revokeKey, { id: key.id, actor: 'key:boss', now: LATER })
    t.match(revoked, { status: 'Revoked', version: 2, updated_at: LATER })
    t.strictSame(await commitOne(db, revokeKey, { id: key.id, actor: 'key:other', now: LATER }), revoked)
    t.match(await logsOf(db, key.id), [{ version: 1 }, { version: 2, action: 'revoked', from_status: 'Active', to_status: 'Revoked' }])
    t.match(await messagesOf(db, key.id), [{ routing_key: 'key.created' }, { routing_key: 'key.revoked', message_id: `key/${key.id}@2` }])
  })

  t.test(`${engine}: whoever may revoke their own only does not find those of others`, async (t) => {
    const db = await freshDatabase(t, engine)
    const [ann, ben] = [await givenUser(db), await givenUser(db)]
    const [hers, systems] = [await givenKey(db, { ownerId: ann.id }), await givenKey(db)]
    for (const { key } of [hers, systems]) {
      t.equal(await commitOne(db, revokeKey, { id: key.id, ownerId: ben.id, actor: ben.principal, now: LATER }), undefined)
      t.match(await findKey(db, key.id), { key: { status: 'Active' } })
    }
    t.match(await commitOne(db, revokeKey, { id: hers.key.id, ownerId: ann.id, actor: ann.principal, now: LATER }), { status: 'Revoked' })
  })

  t.test(`${engine}: a key comes with its owner as the owner is now`, async (t) => {
    const db = await freshDatabase(t, engine)
    const ann = await givenUser(db, { email: 'Ann@example.org', role: 'reader' })
    const gone = await givenUser(db, { status: 'Deleted' })
    const [hers, theirs] = [await givenKey(db, { ownerId: ann.id }), await givenKey(db, { ownerId: gone.id })]
    t.strictSame((await findKey(db, hers.key.id))?.owner, { id: ann.id, role: 'reader', status: 'Active', email: 'ann@example.org' })
    t.match((await findKey(db, theirs.key.id))?.owner, { status: 'Deleted', email: null })
    t.match(await findOwner(db, 'email_key', 'ann@example.org'), { id: ann.id })
    t.equal(await findKey(db, ann.id), undefined)
  })

  t.test(`${engine}: keys are listed newest first, in pages, and by owner`, async (t) => {
    const db = await freshDatabase(t, engine)
    const ann = await givenUser(db)
    const ids: string[] = []
    for (const [i, ownerId] of [null, ann.id, null, ann.id].entries()) {
      ids.unshift((await givenKey(db, { ownerId, now: new Date(NOON.getTime() + i * 1_000) })).key.id)
    }
    const listed = async (...of: Parameters<typeof listKeys> extends [Db, ...infer Rest] ? Rest : never) =>
      (await listKeys(db, ...of)).map(({ id }) => id)
    t.strictSame(await listed({}, { limit: 10 }), ids)
    t.strictSame(await listed({}, { limit: 2, afterId: ids[1] ?? '' }), ids.slice(2))
    t.strictSame(await listed({ ownerId: ann.id }, { limit: 10 }), [ids[0], ids[2]])
    t.strictSame(await listed({ ownerId: ann.id }, { limit: 10, afterId: ids[0] ?? '' }), [ids[2]])
  })

  t.test(`${engine}: the last use is written for several keys at once, and is no change`, async (t) => {
    const db = await freshDatabase(t, engine)
    const keys = [await givenKey(db), await givenKey(db), await givenKey(db)].map(({ key }) => key.id)
    const [first = '', second = '', third = ''] = keys
    await recordKeyUse(
      db,
      new Map([
        [second, LATER],
        [first, NOON],
      ]),
    )
    t.match(await findKey(db, first), { key: { last_used_at: NOON, version: 1 } })
    t.match(await findKey(db, second), { key: { last_used_at: LATER, version: 1 } })
    t.match(await findKey(db, third), { key: { last_used_at: null } })
    await recordKeyUse(db, new Map())
  })
}

for (const engine of ['pglite', 'postgres'] as const) {
  t.test(`${engine}: the CHECK on a key's status agrees with the table of moves`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { key } = await givenKey(db)
    const set = (status: string) => sql`update keys set status = ${status} where id = ${key.id}`.execute(db)
    for (const status of KEY_STATUSES) await t.resolves(set(status), status)
    await t.rejects(set('Expired'), /keys_status_check/)
  })
}

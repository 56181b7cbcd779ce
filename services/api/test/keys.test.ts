import { commitOne } from '@lifeline/backbone/db/commit'
import { findKey } from '@lifeline/backbone/db/keys/find-keys'
import { revokeKey } from '@lifeline/backbone/db/keys/revoke-key'
import { ALL_PERMISSIONS } from '@lifeline/backbone/roles'
import { changeUserRow, givenUser } from '@lifeline/testing/given-user'
import t from 'tap'
import { givenApi } from './given-api.ts'
import { givenKey, givenPerson } from './given-key.ts'

const NEW_TASK = { title: 'Answer the letter', assignee: 'bob@example.org' }
const bearer = (text: string) => ({ authorization: `Bearer ${text}` })

t.test('a key is shown once, and opens what it was made for', async (t) => {
  const { send, lines } = await givenApi(t)
  const { status, headers, json } = await send('POST', '/keys', { name: 'ci', scopes: ['task:create', 'task:read'] })
  t.equal(status, 201)
  t.match(json, {
    name: 'ci',
    ownerId: null,
    scopes: ['task:create', 'task:read'],
    status: 'Active',
    createdBy: 'key:test',
    lastUsedAt: null,
  })
  t.match(json.key, /^llk_[0-9a-f]{32}_[\w-]{43}$/)
  t.match(headers, { location: `/api/v1/keys/${json.id}`, 'cache-control': 'no-store', etag: '"1"' })
  t.equal((await send('POST', '/tasks', NEW_TASK, bearer(json.key))).status, 201)
  t.match(lines.at(-1), { principal: `key:${json.id}` })
  const refused = await send('GET', '/keys', undefined, bearer(json.key))
  t.match(refused, { status: 403, json: { code: 'forbidden', detail: 'This takes the permission key:read.' } })

  for (const url of [`/keys/${json.id}`, '/keys', '/audit']) {
    const { body } = await send('GET', url)
    t.match(body, json.id, url)
    t.notMatch(body, json.key.slice(-43), `${url} does not show the secret`)
    t.notMatch(body, /hash/i, `${url} does not show the hash`)
  }
  t.notMatch(JSON.stringify(lines), json.key.slice(0, 20), 'nor does the log')
})

t.test('a key that is no key is 401, and whether its id exists cannot be told', async (t) => {
  const { send, db } = await givenApi(t)
  const { text, id } = await givenKey(db)
  const secret = text.split('_').slice(2).join('_')
  const unknown = `llk_${'0'.repeat(32)}_${secret}`
  const wrong = `${text.slice(0, -4)}AAAA`
  const answers = await Promise.all(
    [unknown, wrong, `llk_${id}_${secret}`, `${text}x`].map((key) => send('GET', '/roles', undefined, bearer(key))),
  )
  for (const { status, headers, json } of answers) {
    t.equal(status, 401)
    t.equal(headers['www-authenticate'], 'Bearer realm="lifeline"')
    t.strictSame({ ...json, request_id: '' }, { ...answers[0]?.json, request_id: '' })
  }
  t.equal((await send('GET', '/roles', undefined, bearer(text))).status, 200)
  t.equal((await send('GET', '/roles', undefined, bearer(wrong))).status, 401, 'also when the right one was seen a moment ago')
})

t.test('a revoked key opens nothing from then on', async (t) => {
  const { send, db } = await givenApi(t)
  const { id, bearer } = await givenKey(db)
  t.equal((await send('GET', '/tasks', undefined, bearer)).status, 200)
  t.equal((await send('DELETE', `/keys/${id}`)).status, 204)
  t.match(await send('GET', '/tasks', undefined, bearer), { status: 401, json: { detail: 'This API key was revoked.' } })
  t.match(await send('GET', `/keys/${id}`), { status: 200, json: { status: 'Revoked', version: 2 } })
  t.equal((await send('DELETE', `/keys/${id}`)).status, 204, 'once more changes nothing')
  t.equal((await send('DELETE', '/keys/0192f0c1-0000-7000-8000-000000000001')).status, 404)
})

t.test('a key can revoke itself, and that is its last request', async (t) => {
  const { send, db } = await givenApi(t)
  const { keyId, bearer } = await givenPerson(db)
  t.equal((await send('DELETE', `/keys/${keyId}`, undefined, bearer)).status, 204)
  t.equal((await send('GET', '/tasks', undefined, bearer)).status, 401)
})

t.test('an expired key opens nothing, and one that expires in the middle of a minute neither', async (t) => {
  const { send, db } = await givenApi(t)
  const soon = await givenKey(db, { expiresAt: new Date(Date.now() + 400) })
  t.equal((await send('GET', '/tasks', undefined, soon.bearer)).status, 200)
  await new Promise((resolve) => setTimeout(resolve, 450))
  t.match(await send('GET', '/tasks', undefined, soon.bearer), { status: 401, json: { detail: 'This API key has expired.' } })
})

t.test('the key of a deleted user is dead, and so is one that was made known before', async (t) => {
  const first = await givenApi(t)
  const { id, bearer } = await givenPerson(first.db)
  t.equal((await first.send('GET', '/tasks', undefined, bearer)).status, 200)
  await changeUserRow(first.db, id, { status: 'Deleted', email: null, email_key: null })
  const { send } = await givenApi(t, 'pglite', { db: first.db })
  t.match(await send('GET', '/tasks', undefined, bearer), { status: 401, json: { detail: 'The owner of this API key is no longer here.' } })
})

t.test('a key gives no more than its owner has now', async (t) => {
  const first = await givenApi(t)
  const admin = await givenPerson(first.db, { role: 'admin' })
  const scoped = await givenKey(first.db, { ownerId: admin.id, scopes: ['task:read', 'user:delete'] })
  t.equal((await first.send('GET', '/audit', undefined, admin.bearer)).status, 200)
  await changeUserRow(first.db, admin.id, { role: 'customer' })
  const { send, create } = await givenApi(t, 'pglite', { db: first.db })
  const strangers = await create()
  t.equal((await send('GET', '/audit', undefined, admin.bearer)).status, 403)
  t.equal((await send('POST', '/tasks', NEW_TASK, admin.bearer)).status, 403)
  for (const { bearer } of [admin, scoped])
    t.equal((await send('GET', `/tasks/${strangers.id}`, undefined, bearer)).status, 404, 'own only')
})

t.test('what another process did is seen within seconds, what this one did at once', async (t) => {
  const { send, db } = await givenApi(t)
  const { id, bearer } = await givenKey(db)
  t.equal((await send('GET', '/tasks', undefined, bearer)).status, 200)
  await commitOne(db, revokeKey, { id, actor: 'key:test', now: new Date() })
  t.equal((await send('GET', '/tasks', undefined, bearer)).status, 200, 'remembered')
  const other = await givenKey(db)
  await send('DELETE', `/keys/${other.id}`)
  t.equal((await send('GET', '/tasks', undefined, bearer)).status, 401, 'this process has changed something, and looks anew')
})

t.test('scopes never grow: a key makes keys within its own', async (t) => {
  const { send, db } = await givenApi(t)
  const ann = await givenUser(db, { role: 'member' })
  const scoped = await givenKey(db, { ownerId: ann.id, scopes: ['key:create', 'task:read'] })
  const system = await givenKey(db, { scopes: ['key:create', 'task:read'] })
  for (const { bearer } of [scoped, system]) {
    const more = await send('POST', '/keys', { name: 'k', scopes: ['task:read', 'task:delete'] }, bearer)
    t.match(more, {
      status: 422,
      json: { errors: [{ pointer: '/scopes/1', detail: /^must be one of .*: nobody gives what they have not$/ }] },
    })
    for (const scopes of [undefined, null]) {
      const whole = await send('POST', '/keys', { name: 'k', scopes }, bearer)
      t.match(whole, { status: 201, json: { scopes: ['key:create', 'task:read'] } }, 'all that it has, not all that there is')
      t.equal((await send('GET', '/keys', undefined, { authorization: `Bearer ${whole.json.key}` })).status, 403)
    }
  }
  const admin = await givenUser(db, { role: 'admin' })
  const ofAdmin = await send('POST', '/keys', { name: 'k', ownerId: admin.id }, system.bearer)
  t.match(ofAdmin, { status: 201, json: { ownerId: admin.id, scopes: ['key:create', 'task:read'] } })
  const adminsScoped = await givenKey(db, { ownerId: admin.id, scopes: ['key:create'] })
  const systems = await send('POST', '/keys', { name: 'k', ownerId: null }, adminsScoped.bearer)
  t.match(systems, { status: 201, json: { ownerId: null, scopes: ['key:create'] } })
})

t.test('a user makes keys for nobody else, nor for the system, and sets no rate', async (t) => {
  const { send, db } = await givenApi(t)
  const [ann, ben] = [await givenPerson(db), await givenPerson(db)]
  t.match(await send('POST', '/keys', { name: 'mine' }, ann.bearer), {
    status: 201,
    json: { ownerId: ann.id, scopes: null, createdBy: `user:${ann.id}` },
  })
  t.match(await send('POST', '/keys', { name: 'k', ownerId: ann.id.toUpperCase() }, ann.bearer), { status: 201 })
  for (const ownerId of [null, ben.id]) {
    const refused = await send('POST', '/keys', { name: 'k', ownerId }, ann.bearer)
    t.match(refused, { status: 403, json: { code: 'forbidden', detail: /key:create on all/ } })
  }
  t.match(await send('POST', '/keys', { name: 'k', requestsPerMinute: 5 }, ann.bearer), {
    status: 422,
    json: { errors: [{ pointer: '/requestsPerMinute' }] },
  })
})

t.test('who may make keys for all makes them for the system and for users that there are', async (t) => {
  const { send, db } = await givenApi(t)
  const [admin, ben, gone] = [await givenPerson(db, { role: 'admin' }), await givenUser(db), await givenUser(db, { status: 'Deleted' })]
  const system = await send('POST', '/keys', { name: 'ci', ownerId: null, requestsPerMinute: 600 }, admin.bearer)
  t.match(system, { status: 201, json: { ownerId: null, scopes: null, requestsPerMinute: 600, createdBy: `user:${admin.id}` } })
  t.match(await send('POST', '/keys', { name: 'bens', ownerId: ben.id }, admin.bearer), { status: 201, json: { ownerId: ben.id } })
  for (const ownerId of [gone.id, '0192f0c1-0000-7000-8000-000000000001']) {
    t.match(await send('POST', '/keys', { name: 'k', ownerId }, admin.bearer), { status: 422, json: { errors: [{ pointer: '/ownerId' }] } })
  }
})

t.test('a key that is asked for wrongly is refused with the field', async (t) => {
  const { send, db } = await givenApi(t)
  const wrong: [body: unknown, pointer: string][] = [
    [{}, '/name'],
    [{ name: ' ' }, '/name'],
    [{ name: 'x'.repeat(101) }, '/name'],
    [{ name: 'k', scopes: [] }, '/scopes'],
    [{ name: 'k', scopes: ['task:burn'] }, '/scopes/0'],
    [{ name: 'k', scopes: 'task:read' }, '/scopes'],
    [{ name: 'k', expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    [{ name: 'k', expiresAt: 'tomorrow' }, '/expiresAt'],
    [{ name: 'k', requestsPerMinute: 0 }, '/requestsPerMinute'],
    [{ name: 'k', ownerId: 'ann' }, '/ownerId'],
    // What is for the system alone to say.
    ...['id', 'status', 'version', 'secret_hash', 'secretHash', 'createdBy', 'lastUsedAt', 'key', '__proto__', 'constructor'].map(
      (name): [string, string] => [`{"name": "k", "${name}": {"permissions": "all"}}`, `/${name}`],
    ),
  ]
  const before = (await db.selectFrom('keys').select('id').execute()).length
  for (const [body, pointer] of wrong)
    t.match(await send('POST', '/keys', body), { status: 422, json: { errors: [{ pointer }] } }, JSON.stringify(body))
  t.equal((await db.selectFrom('keys').select('id').execute()).length, before)
})

t.test('keys of others are not there: 404, and no list shows them', async (t) => {
  const { send, db } = await givenApi(t)
  const [ann, ben] = [await givenPerson(db), await givenPerson(db)]
  const systems = await givenKey(db)
  for (const id of [ben.keyId, systems.id]) {
    t.equal((await send('GET', `/keys/${id}`, undefined, ann.bearer)).status, 404)
    t.equal((await send('DELETE', `/keys/${id}`, undefined, ann.bearer)).status, 404)
    t.match(await findKey(db, id), { key: { status: 'Active' } })
  }
  const idsOf = async (url: string, headers = {}) =>
    (await send('GET', url, undefined, headers)).json.items.map(({ id }: { id: string }) => id)
  t.strictSame(await idsOf('/keys', ann.bearer), [ann.keyId])
  t.strictSame(await idsOf(`/keys?ownerId=${ben.id}`, ann.bearer), [])
  t.strictSame(await idsOf('/keys'), [systems.id, ben.keyId, ann.keyId])
  t.strictSame(await idsOf(`/keys?ownerId=${ben.id}`), [ben.keyId])
  const first = await send('GET', '/keys?limit=2')
  t.strictSame(await idsOf(`/keys?limit=2&cursor=${first.json.nextCursor}`), [ann.keyId])
})

t.test('the last use of keys is written when the process ends, and of those that were used only', async (t) => {
  const { send, db, app } = await givenApi(t)
  const [used, unused] = [await givenKey(db), await givenKey(db)]
  const before = new Date()
  await send('GET', '/tasks', undefined, used.bearer)
  await send('GET', '/tasks', undefined, bearer(`${unused.text.slice(0, -4)}AAAA`))
  t.match(await findKey(db, used.id), { key: { last_used_at: null } }, 'not at each request')
  await app.close()
  const found = await findKey(db, used.id)
  t.ok(found?.key.last_used_at && found.key.last_used_at >= before)
  t.equal(found?.key.version, 1)
  t.match(await findKey(db, unused.id), { key: { last_used_at: null } })
})

t.test('a system key without scopes may do everything', async (t) => {
  const { send } = await givenApi(t)
  const { json } = await send('POST', '/keys', { name: 'all' })
  t.equal(json.scopes, null)
  const every = await send('POST', '/keys', { name: 'as many', scopes: ALL_PERMISSIONS }, bearer(json.key))
  t.equal(every.status, 201)
})

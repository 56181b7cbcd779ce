import { commitEach, commitOne } from '@lifeline/backbone/db/commit'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { addUser } from '@lifeline/backbone/db/users/add-user'
import { findUserByEmail, findUsers, getUser } from '@lifeline/backbone/db/users/find-users'
import { countUsers, listUsers } from '@lifeline/backbone/db/users/list-users'
import { replaceHash } from '@lifeline/backbone/db/users/replace-hash'
import { USER_MOVES, USER_STATUSES } from '@lifeline/backbone/db/users/status'
import { ROLE_NAMES } from '@lifeline/backbone/roles'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { at, NOON } from './given-task.ts'
import { change, givenUser, givenVerified, HASH } from './given-user.ts'
import { assertOneOfEach } from './one-of-each.ts'

const TAKEN = { code: 'not_unique', message: /users_email_key/ }
const proof = { emailKey: 'ann@example.org', admin: false }

/** Who the person is: no log and no event says it. */
const SECRET_TEXT = /\b(ann|birch|eve)\b|@example|argon2/i

for (const engine of ENGINES) {
  t.test(`${engine}: a user goes through their life, one version, log row and event a change`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id, ...added } = await givenUser(db)
    t.match(added, {
      email: 'Ann@Example.org',
      email_key: 'ann@example.org',
      status: 'Unverified',
      role: 'member',
      founder: null,
      version: 1,
    })
    t.match(await change(db, id, { do: 'verify', proof }), { kind: 'changed', user: { status: 'Active', version: 2 } })
    await change(db, id, { do: 'edit', edit: { name: 'Ann Birch', role: 'operator' } })
    await change(db, id, { do: 'edit', edit: { email: 'eve@example.org' } })
    t.match(await getUser(db, id), { email_key: 'eve@example.org', status: 'Unverified' })
    await change(db, id, { do: 'requestVerification' })
    await change(db, id, { do: 'requestPasswordReset' })
    const hash = HASH.replace('AAAA', 'CCCC')
    const own = { emailKey: 'eve@example.org', admin: false }
    await change(db, id, { do: 'setPassword', hash, at: at('13:00:00'), since: NOON, proof: own })
    t.match(await getUser(db, id), { status: 'Active', password_hash: hash, password_at: at('13:00:00') })
    await change(db, id, { do: 'delete' }, at('14:00:00'))
    const { actions, types, logs } = await assertOneOfEach(t, db, 'user', id, SECRET_TEXT)
    const story = ['registered', 'verified', 'edited', 'email_changed', 'verification_requested', 'password_reset_requested']
    t.strictSame(actions, [...story, 'password_changed', 'deleted'])
    t.strictSame(types, [
      ...['user.registered', 'user.verified', 'user.updated', 'user.email.changed', 'user.verification.requested'],
      ...['user.password.reset.requested', 'user.password.changed', 'user.deleted'],
    ])
    t.strictSame(JSON.parse(logs[2]?.changes ?? ''), { role: { from: 'member', to: 'operator' }, name: {} })
    t.strictSame(JSON.parse(logs[3]?.changes ?? ''), { status: { from: 'Active', to: 'Unverified' }, email: {} })
    t.match(logs[6], { from_status: 'Unverified', to_status: 'Active', at: NOON })
  })

  t.test(`${engine}: a deleted user is nobody any more, and the address is free`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenVerified(db)
    await change(db, id, { do: 'delete' }, at('14:00:00'))
    const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const gone = { email: null, email_key: null, name: null, password_hash: null }
    t.match(row, { ...gone, status: 'Deleted', deleted_at: at('14:00:00') })
    t.strictSame(await findUsers(db, [id]), [])
    t.equal(await findUserByEmail(db, 'ann@example.org'), undefined)
    for (const command of [{ do: 'delete' }, { do: 'edit', edit: { name: 'x' } }] as const)
      t.match(await change(db, id, command), { kind: 'missing' })
    await t.resolves(givenUser(db))
  })

  t.test(`${engine}: an address is one person's, however it is written, also in one batch and when it is changed`, async (t) => {
    const db = await freshDatabase(t, engine)
    const ann = await givenUser(db)
    const bob = await givenUser(db, { email: 'bob@example.org' })
    await t.rejects(givenUser(db, { email: 'ANN@example.ORG' }), TAKEN)
    await t.rejects(change(db, bob.id, { do: 'edit', edit: { email: 'aNN@example.org' } }), TAKEN)
    t.match(await change(db, ann.id, { do: 'edit', edit: { email: 'ann@example.org' } }), { user: { status: 'Unverified', version: 2 } })
    const [, stays] = await db.selectFrom('user_logs').select('action').where('user_id', '=', ann.id).orderBy('version').execute()
    t.equal(stays?.action, 'edited', 'written another way it is the same address')
    const writer = makeWriter(db)
    const twice = ['eve@example.org', 'EVE@example.org'].map((email) =>
      writer.submit(addUser, { email, name: 'Eve', role: 'member', passwordHash: null, mayFound: false, now: NOON, machineNow: NOON }),
    )
    const ends = await Promise.allSettled(twice)
    t.strictSame(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  t.test(`${engine}: whoever is first on an empty system founds it, once and for ever`, async (t) => {
    const db = await freshDatabase(t, engine)
    const all = ['a', 'b', 'c'].map((name) => ({
      ...{ email: `${name}@example.org`, name, role: 'member' as const, passwordHash: HASH, mayFound: true, now: NOON, machineNow: NOON },
    }))
    const added = (await commitEach(db, addUser, all)).flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
    t.strictSame(
      added.map(({ role, founder }) => [role, founder]),
      [
        ['admin', 1],
        ['member', null],
        ['member', null],
      ],
    )
    await change(db, added[0]?.id ?? '', { do: 'delete' })
    t.match(await givenUser(db, { mayFound: true }), { role: 'member', founder: null })
  })

  t.test(`${engine}: what rests on an address or password that is not the present one is stale`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenUser(db)
    const other = { emailKey: 'other@example.org', admin: false }
    t.match(await change(db, id, { do: 'verify', proof: other }), { kind: 'outdated' })
    const set = (since: Date | null) => change(db, id, { do: 'setPassword', hash: HASH, at: at('13:00:00'), since, proof })
    t.match(await set(null), { kind: 'outdated' })
    t.match(await set(NOON), { kind: 'changed' })
    t.match(await set(NOON), { kind: 'outdated' }, 'a link works once')
    t.match(await change(db, id, { do: 'verify', proof }), { kind: 'unchanged' })
    t.match(await change(db, id, { do: 'requestVerification' }), { kind: 'unchanged' })
    await assertOneOfEach(t, db, 'user', id, SECRET_TEXT)
  })

  t.test(`${engine}: users are listed newest first, by role, status and address, in pages`, async (t) => {
    const db = await freshDatabase(t, engine)
    const users = []
    for (const [i, role] of ROLE_NAMES.entries())
      users.push(await givenUser(db, { email: `u${i}@example.org`, role, now: at(`12:00:0${i}`) }))
    const ids = users.map(({ id }) => id).reverse()
    const list = async (filter = {}, page = {}) => (await listUsers(db, filter, { limit: 10, ...page })).map(({ id }) => id)
    t.strictSame(await list(), ids)
    t.strictSame(await list({}, { limit: 2, afterId: ids[0] }), ids.slice(1, 3))
    t.strictSame(await list({}, { limit: 2, offset: 3 }), ids.slice(3))
    t.strictSame(await list({ role: 'admin' }), [ids[4]])
    t.strictSame(await list({ emailKey: 'u1@example.org', id: ids[3] }), [ids[3]])
    await change(db, ids[0] ?? '', { do: 'delete' })
    t.strictSame(await list(), ids.slice(1))
    t.strictSame(await list({ status: 'Deleted' }), [ids[0]])
    t.equal(await countUsers(db, {}, 100), 4)
    t.equal(await countUsers(db, {}, 3), 3)
  })

  t.test(`${engine}: a hash made anew is no change of the user, and never replaces a new password`, async (t) => {
    const db = await freshDatabase(t, engine)
    const user = await givenUser(db)
    await replaceHash(db, user.id, HASH, 'newer')
    await replaceHash(db, user.id, HASH, 'never')
    t.strictSame(await getUser(db, user.id), { ...user, password_hash: 'newer' })
  })

  t.test(`${engine}: the CHECKs on status and role agree with the tables in code`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenUser(db)
    const set = (values: { status?: string; role?: string }) => db.updateTable('users').set(values).where('id', '=', id).execute()
    for (const status of USER_STATUSES) await t.resolves(set({ status }), status)
    for (const role of ROLE_NAMES) await t.resolves(set({ role }), role)
    await t.rejects(set({ status: 'active' }), /users_status_check/)
    await t.rejects(set({ role: 'root' }), /users_role_check/)
  })
}

t.test('nobody comes back from Deleted, and everybody gets there', async (t) => {
  t.strictSame(USER_MOVES.Deleted, [])
  for (const status of USER_STATUSES) if (status !== 'Deleted') t.ok((USER_MOVES[status] as readonly string[]).includes('Deleted'), status)
})

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: of two processes that register the first user at once, one founds the system`, async (t) => {
    const db = await freshDatabase(t, engine)
    const all = Array.from({ length: 8 }, (_, i) => givenUser(db, { email: `u${i}@example.org`, mayFound: true }))
    const users = await Promise.all(all)
    t.strictSame(users.map(({ role }) => role).sort(), ['admin', ...Array(7).fill('member')])
    t.equal(users.filter(({ founder }) => founder === 1).length, 1)
  })

  t.test(`${engine}: one address registered by two processes at once is one user's`, async (t) => {
    const db = await freshDatabase(t, engine)
    const ends = await Promise.allSettled([givenUser(db), givenUser(db), givenUser(db)])
    t.strictSame(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected'])
    for (const end of ends) if (end.status === 'rejected') t.match(end.reason, { constraint: 'users_email_key' })
  })

  t.test(`${engine}: a link that is used twice at once sets one password`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenUser(db)
    const hashes = ['one', 'two', 'three'].map((word) => HASH.replace('AAAA', word))
    const set = (hash: string) => change(db, id, { do: 'setPassword', hash, at: at('13:00:00'), since: NOON, proof })
    const kinds = (await Promise.all(hashes.map(set))).map(({ kind }) => kind)
    t.strictSame(kinds.sort(), ['changed', 'outdated', 'outdated'])
  })
}

t.test('the proof of LIFELINE_ADMIN_EMAIL makes an admin, when the address is verified and not before', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const { id } = await givenUser(db)
  t.match(await change(db, id, { do: 'verify', proof: { ...proof, admin: true } }), { user: { role: 'admin', status: 'Active' } })
  await change(db, id, { do: 'edit', edit: { role: 'reader' } })
  t.match(await commitOne(db, addUser, { ...(await otherUser()), mayFound: false }), { role: 'member' })
  t.match(await change(db, id, { do: 'verify', proof: { ...proof, admin: true } }), { kind: 'unchanged', user: { role: 'reader' } })
})

async function otherUser() {
  return { email: 'bob@example.org', name: 'Bob', role: 'member' as const, passwordHash: null, now: NOON, machineNow: NOON }
}

import { ENGINES } from '@lifeline/testing/databases'
import t from 'tap'
import { givenApi } from './given-api.ts'
import { ANN, givenPerson, login, register } from './given-person.ts'

const NEW = 'a wholly new password'
const NOBODY = '019cae6b-6600-7000-8000-000000000000'

for (const engine of ENGINES) {
  t.test(`${engine}: an admin invites, finds, edits and deletes users`, async (t) => {
    const api = await givenApi(t, engine)
    const { status, json, headers } = await api.send('POST', '/users', { email: 'Bob@example.org', name: 'Bob', role: 'operator' })
    t.match({ status, json, location: headers.location }, { status: 201, json: { role: 'operator' }, location: `/api/v1/users/${json.id}` })
    t.match(
      await login(api, { email: 'bob@example.org', password: 'whatever it may be' }),
      { status: 401 },
      'without a password nobody logs in',
    )
    t.match(await api.send('POST', '/users', { email: 'BOB@example.org', name: 'Bob' }), { status: 409 })
    const edited = await api.send('PATCH', `/users/${json.id.toUpperCase()}`, { role: 'admin', name: 'Robert' })
    t.match(
      { status: edited.status, json: edited.json, etag: edited.headers.etag },
      { status: 200, json: { role: 'admin', name: 'Robert' }, etag: '"2"' },
    )
    t.match(await api.send('GET', `/users/${json.id}`), { status: 200, json: { version: 2 } })
    t.match(await api.send('GET', '/users?email=BOB@example.org&role=admin'), { json: { items: [{ id: json.id }], nextCursor: null } })
    t.match(await api.send('DELETE', `/users/${json.id}`), { status: 204, body: '' })
    for (const method of ['GET', 'DELETE'] as const) t.equal((await api.send(method, `/users/${json.id}`)).status, 404)
    t.match(await api.send('GET', '/users'), { json: { items: [] } })
    t.match(await api.send('GET', '/users?status=Deleted'), {
      json: { items: [{ id: json.id, email: null, name: null, status: 'Deleted' }] },
    })
    const rest = await Promise.all(
      (['users', 'user_logs', 'sessions'] as const).map((table) => api.db.selectFrom(table).selectAll().execute()),
    )
    t.notMatch(JSON.stringify(rest), /bob|robert/i, 'nothing says who it was')
    const types = await api.db.selectFrom('outbox').select('routing_key').orderBy('seq').execute()
    t.strictSame(
      types.map(({ routing_key }) => routing_key),
      ['user.created', 'user.updated', 'user.deleted'],
    )
  })

  t.test(`${engine}: users are listed in pages, by cursor and by number`, async (t) => {
    const api = await givenApi(t, engine)
    for (let i = 0; i < 5; i++) {
      await api.send('POST', '/users', { email: `u${i}@example.org`, name: `U${i}` })
      api.clock.advance(1_000)
    }
    const first = await api.send('GET', '/users?limit=2')
    const second = await api.send('GET', `/users?limit=2&cursor=${first.json.nextCursor}`)
    const names = [...first.json.items, ...second.json.items].map(({ name }: { name: string }) => name)
    t.strictSame(names, ['U4', 'U3', 'U2', 'U1'])
    t.match(await api.send('GET', '/users?page=2&pageSize=3'), { json: { total: 5, page: 2, items: [{ name: 'U1' }, { name: 'U0' }] } })
    t.match(await api.send('GET', `/users?role=admin&cursor=${first.json.nextCursor}`), { status: 400, json: { code: 'bad_cursor' } })
  })
}

t.test('one edits oneself: a name at once, an address and a password with the present one', async (t) => {
  const api = await givenApi(t)
  const ann = await givenPerson(api, 'ann', 'member')
  const edit = (body: object) => api.send('PATCH', '/users/me', body, ann.as)
  t.match(await edit({ name: 'Ann Birch' }), { status: 200, json: { name: 'Ann Birch', status: 'Active' } })
  t.match(await edit({ email: 'new@example.org' }), { status: 422, json: { errors: [{ pointer: '/currentPassword' }] } })
  t.match(await edit({ email: 'new@example.org', currentPassword: 'not that one, no' }), {
    status: 422,
    json: { errors: [{ pointer: '/currentPassword' }] },
  })
  t.match(await edit({ email: 'New@example.org', currentPassword: ANN.password }), {
    status: 200,
    json: { email: 'New@example.org', status: 'Unverified' },
  })
  t.match(await edit({ password: NEW, name: 'x', currentPassword: ANN.password }), {
    status: 422,
    json: { errors: [{ pointer: '/password' }] },
  })
  t.match(await edit({ password: 'passwordpassword', currentPassword: ANN.password }), { status: 422 })
  t.match(await edit({ password: NEW, currentPassword: ANN.password }), { status: 200 })
  t.equal((await api.send('GET', '/users/me', undefined, ann.as)).status, 401, 'all sessions are over')
  t.equal((await login(api, { email: 'new@example.org', password: NEW })).status, 200)
})

t.test('what one may not set of oneself is refused by name, and nothing is changed', async (t) => {
  const api = await givenApi(t)
  const ann = await givenPerson(api, 'ann', 'member')
  const { version } = (await api.send('GET', '/users/me', undefined, ann.as)).json
  for (const [field, value] of Object.entries({
    role: 'admin',
    status: 'Active',
    founder: 1,
    id: NOBODY,
    version: 1,
    password_hash: 'x',
  })) {
    for (const body of [{ [field]: value }, { name: 'x', [field]: value }]) {
      const { status, json } = await api.send('PATCH', '/users/me', body, ann.as)
      t.match({ status, pointers: json.errors }, { status: 422, pointers: [{ pointer: `/${field}` }] }, field)
    }
  }
  t.match(await api.send('PATCH', `/users/${ann.id}`, { role: 'admin' }, ann.as), { status: 403, json: { code: 'forbidden' } })
  t.match(await api.send('DELETE', `/users/${ann.id}`, undefined, ann.as), { status: 403 })
  t.match(await api.send('GET', '/users/me', undefined, ann.as), { json: { role: 'member', version } })
})

t.test('strangers do not exist for one who is no admin', async (t) => {
  const api = await givenApi(t)
  const [ann, bob] = [await givenPerson(api, 'ann', 'member'), await givenPerson(api, 'bob', 'operator')]
  t.match(await api.send('GET', `/users/${ann.id}`, undefined, ann.as), { status: 200, json: { id: ann.id } })
  for (const id of [bob.id, NOBODY]) {
    t.equal((await api.send('GET', `/users/${id}`, undefined, ann.as)).status, 404)
    t.equal((await api.send('PATCH', `/users/${id}`, { name: 'x' }, ann.as)).status, 404)
    t.equal((await api.send('DELETE', `/users/${id}`, undefined, ann.as)).status, 404)
  }
  t.match((await api.send('GET', '/users', undefined, ann.as)).json.items, [{ id: ann.id }])
  t.strictSame((await api.send('GET', '/users?email=bob@example.org', undefined, ann.as)).json.items, [])
  t.equal((await api.send('GET', '/users', undefined, (await givenPerson(api, 'chief', 'admin')).as)).json.items.length, 3)
})

t.test('whoever deletes the account is out at once, and the address is free', async (t) => {
  const api = await givenApi(t)
  const ann = await givenPerson(api, 'ann', 'member')
  t.match(await api.send('DELETE', '/users/me', undefined, ann.as), { status: 204, body: '' })
  t.equal((await api.send('GET', '/users/me', undefined, ann.as)).status, 401)
  t.equal((await api.send('POST', '/auth/refresh', { refreshToken: ann.json.refreshToken })).status, 401)
  t.equal((await login(api)).status, 401)
  await t.resolves(register(api))
})

t.test('a role counts from the next request on', async (t) => {
  const api = await givenApi(t)
  const ann = await givenPerson(api, 'ann', 'member')
  await register(api, { email: 'bob@example.org' })
  await api.send('PATCH', `/users/${ann.id}`, { role: 'admin' })
  t.equal((await api.send('GET', '/users', undefined, ann.as)).json.items.length, 2)
})

t.test('a key of the system is no user', async (t) => {
  const { send } = await givenApi(t)
  for (const [method, url, body] of [
    ['GET', '/users/me', undefined],
    ['PATCH', '/users/me', { name: 'x' }],
    ['DELETE', '/users/me', undefined],
    ['POST', '/auth/verify/resend', undefined],
  ] as const)
    t.match(await send(method, url, body), { status: 404, json: { code: 'not_found' } }, `${method} ${url}`)
})

t.test('an id that is none is refused; so are wrong fields and filters', async (t) => {
  const { send } = await givenApi(t)
  t.match(await send('GET', '/users/7'), { status: 422 })
  t.match(await send('GET', `/users/${NOBODY}`), { status: 404 })
  t.match(await send('GET', '/users?role=root'), { status: 422, json: { errors: [{ in: 'query', pointer: '/role' }] } })
  t.match(await send('GET', '/users?password=x'), { status: 422 })
  t.match(await send('POST', '/users', { email: 'a@example.org', name: 'A', password: NEW }), {
    status: 422,
    json: { errors: [{ pointer: '/password' }] },
  })
  t.match(await send('POST', '/users', { email: 'a@example.org', name: 'A', role: 'root' }), { status: 422 })
})

import { ENGINES } from '@lifeline/testing/databases'
import t from 'tap'
import { givenApi } from './given-api.ts'
import { ANN, linkToken, login, PASSWORD, register } from './given-person.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: who registers is answered as a user, may log in at once, and is told to verify the address`, async (t) => {
    const api = await givenApi(t, engine)
    const { status, headers, json } = await api.send('POST', '/auth/register', { ...ANN, email: 'Ann@Example.org' })
    t.match({ status, etag: headers.etag }, { status: 201, etag: '"1"' })
    t.strictSame(Object.keys(json), ['id', 'email', 'name', 'role', 'status', 'version', 'createdAt', 'updatedAt'])
    t.match(json, { email: 'Ann@Example.org', name: 'Ann Ash', role: 'admin', status: 'Unverified' })
    t.match(await login(api), { status: 200, json: { expiresIn: 900, user: { id: json.id } } })
    const [event] = await api.db.selectFrom('outbox').select('routing_key').execute()
    t.equal(event?.routing_key, 'user.registered')
    t.match(await register(api, { email: 'bob@example.org' }), { role: 'member' })
    const taken = await api.send('POST', '/auth/register', { ...ANN, email: 'ANN@example.org' })
    t.match(taken, { status: 409, json: { code: 'not_unique', errors: [{ pointer: '/email' }] } })
  })
}

t.test('with LIFELINE_ADMIN_EMAIL nobody is admin for coming first; that address is once it is verified', async (t) => {
  const api = await givenApi(t, 'pglite', { adminEmail: 'Boss@example.org' })
  t.match(await register(api), { role: 'member' })
  t.match(await register(api, { email: 'boss@example.org', name: 'The chief' }), { role: 'member' })
  const { json } = await api.send('POST', '/auth/verify', { token: await linkToken(api, 'verify', 'boss@example.org') })
  t.match(json, { role: 'admin', status: 'Active' })
})

t.test('closed registration is 403, but for LIFELINE_ADMIN_EMAIL', async (t) => {
  const api = await givenApi(t, 'pglite', { registration: 'closed', adminEmail: 'boss@example.org' })
  t.match(await api.send('POST', '/auth/register', ANN), { status: 403, json: { code: 'registration_closed' } })
  t.match(await register(api, { email: 'BOSS@example.org' }), { status: 'Unverified' })
})

t.test('what a person may not set is refused by name', async (t) => {
  const api = await givenApi(t)
  const extra = { role: 'admin', status: 'Active', founder: 1, id: 'x', version: 9, password_hash: 'x', emailKey: 'x' }
  for (const [field, value] of Object.entries(extra)) {
    const { status, json } = await api.send('POST', '/auth/register', { ...ANN, [field]: value })
    t.match({ status, pointer: json.errors?.[0]?.pointer }, { status: 422, pointer: `/${field}` }, field)
  }
  const polluted = `{"email":"ann@example.org","password":"${PASSWORD}","name":"Ann","__proto__":{"role":"admin"}}`
  t.equal((await api.send('POST', '/auth/register', polluted, { 'content-type': 'application/json' })).status, 422)
  t.strictSame(await api.db.selectFrom('users').select('id').execute(), [])
})

const BAD_EMAILS = [
  'ann',
  'ann@',
  '@example.org',
  'ann@example.org\r\nBcc: eve@example.org',
  'ann@example.org ',
  // A Cyrillic а, a fullwidth letter, a dotless i, a zero width joiner.
  'аnn@example.org',
  'ann＠example.org',
  'admın@example.org',
  'ann\u200d@example.org',
  'ann@exаmple.org',
  `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.org`,
  "ann'; drop table users; --@example.org",
  7,
  null,
  ['ann@example.org'],
]
t.test('an address that only looks like one is refused', async (t) => {
  const api = await givenApi(t)
  for (const email of BAD_EMAILS) {
    for (const path of ['/auth/register', '/auth/login', '/auth/password/forgot']) {
      const body = {
        email,
        ...(path === '/auth/password/forgot' ? {} : { password: PASSWORD }),
        ...(path === '/auth/register' && { name: 'A' }),
      }
      const { status, json } = await api.send('POST', path, body)
      t.match({ status, errors: json.errors }, { status: 422, errors: [{ pointer: '/email' }] }, `${path} ${JSON.stringify(email)}`)
    }
  }
})

const BAD_PASSWORDS: [string, RegExp][] = [
  ['short', /15 to 128 characters/],
  ['😀'.repeat(14), /15 to 128/],
  ['x'.repeat(129), /15 to 128/],
  ['passwordpassword', /everybody tries first/],
  ['PASSWORDPASSWORD', /everybody tries first/],
  ['1qaz2wsx3edc4rfv', /everybody tries first/],
  ['Password1234567890!', /everybody tries first/],
  ['aaaaaaaaaaaaaaaaaaaa', /again and again/],
  ['xyzxyzxyzxyzxyzxyz', /again and again/],
  ['ann@example.org 2026!', /your address/],
  ['Lifeline-Ann-Ash-123', /your address/],
  ['ｌｉｆｅｌｉｎｅ lifeline 1', /your address/],
  ['correct\u0000horse battery', /U\+0000/],
]
t.test('a password that is short, common, or made of names is refused, and never repeated', async (t) => {
  const api = await givenApi(t)
  for (const [password, why] of BAD_PASSWORDS) {
    const { status, json, body } = await api.send('POST', '/auth/register', { ...ANN, password })
    t.match({ status, errors: json.errors }, { status: 422, errors: [{ pointer: '/password', detail: why }] }, password)
    t.notOk(body.includes(password), 'it is not in the answer')
  }
})

t.test('any other password of 15 to 128 characters does, in any script, and however it was typed', async (t) => {
  const api = await givenApi(t)
  const good = [
    'all small letters only',
    '日本語のとても長いパスワードです！',
    '😀😂🐙🦀🌍🎈📎🧲🪁🧵🪗🥁🚲⛵🛰',
    'x1'.repeat(5).concat('q'.repeat(118)),
    'Ａñgström unit of length',
  ]
  for (const [i, password] of good.entries()) {
    const email = `u${i}@example.org`
    await register(api, { email, password })
    t.equal((await login(api, { email, password: password.normalize('NFKD') })).status, 200, password)
  }
})

t.test('no password, token or address gets into a log', async (t) => {
  const api = await givenApi(t)
  await register(api)
  const { json } = await login(api)
  await login(api, { password: 'quite another password' })
  await api.send('POST', '/auth/refresh', { refreshToken: json.refreshToken })
  await api.send('POST', '/auth/verify', { token: await linkToken(api, 'verify', ANN.email) })
  await api.app.inject({ url: `/account/verify?token=${await linkToken(api, 'reset', ANN.email)}` })
  const logged = JSON.stringify(api.lines)
  for (const secret of [PASSWORD, 'quite another', json.refreshToken, json.accessToken, ANN.email, 'token='])
    t.notOk(logged.includes(secret))
})

import { replaceHash } from '@lifeline/backbone/db/users/replace-hash'
import { ENGINES } from '@lifeline/testing/databases'
import t from 'tap'
import { givenApi } from './given-api.ts'
import { ANN, linkToken, login, PASSWORD, register } from './given-person.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: a session is opened, used, renewed and ended`, async (t) => {
    const api = await givenApi(t, engine)
    const { id } = await register(api)
    const { json, as, headers } = await login(api, { email: 'ANN@example.org' })
    t.equal(headers['cache-control'], 'no-store')
    t.match(json, { accessToken: /^ey/, refreshToken: /^llr_[0-9a-f]{32}_[\w-]{43}$/, expiresIn: 900, user: { id } })
    for (const url of ['/users/me', '/auth/profile', '/api/v1/auth/profile']) {
      const me = await api.send('GET', url, undefined, as)
      t.match({ status: me.status, id: me.json.id, etag: me.headers.etag }, { status: 200, id, etag: '"1"' }, url)
    }
    const next = await api.send('POST', '/auth/refresh', { refreshToken: json.refreshToken })
    t.match(next, { status: 200, json: { refreshToken: /^llr_/, accessToken: /^ey/, user: { id } } })
    t.not(next.json.refreshToken, json.refreshToken)
    const out = await api.send('POST', '/auth/logout', { refreshToken: next.json.refreshToken })
    t.match(out, { status: 204, body: '' })
    t.match(await api.send('GET', '/users/me', undefined, as), { status: 401 }, 'the access token died with it')
    t.match(await api.send('POST', '/auth/refresh', { refreshToken: next.json.refreshToken }), { status: 401 })
    t.match(await api.send('POST', '/auth/logout', { refreshToken: next.json.refreshToken }), { status: 204 }, 'once more is no error')
    t.match(await api.send('POST', '/auth/logout', { refreshToken: 'llr_x' }), { status: 204 })
  })
}

t.test('two tabs that renew at once get the same token, and stay logged in', async (t) => {
  const api = await givenApi(t)
  await register(api)
  const { json } = await login(api)
  const renew = (refreshToken: string) => api.send('POST', '/auth/refresh', { refreshToken })
  const tabs = await Promise.all([1, 2, 3].map(() => renew(json.refreshToken)))
  t.strictSame(
    tabs.map(({ status }) => status),
    [200, 200, 200],
  )
  const [next, ...others] = new Set(tabs.map((tab) => tab.json.refreshToken))
  t.strictSame(others, [])
  t.equal((await renew(next)).status, 200)
  t.match(await renew(json.refreshToken), { status: 401, json: { code: 'unauthorized' } }, 'two generations old: somebody has a copy')
  t.equal((await renew(next)).status, 401, 'so nobody has the session any more')
  const types = await api.db.selectFrom('outbox').select('routing_key').orderBy('seq').execute()
  t.equal(types.at(-1)?.routing_key, 'user.session.reused')
})

t.test('a refresh token that was changed, or is of another session, is nobody', async (t) => {
  const api = await givenApi(t)
  await register(api)
  const [one, two] = [(await login(api)).json.refreshToken, (await login(api)).json.refreshToken]
  const mixed = one.slice(0, 37) + two.slice(37)
  for (const refreshToken of ['', 'x', 'llr_', `${one}x`, one.toUpperCase(), mixed, one.slice(0, -1), `${one.slice(0, -1)}!`]) {
    const { status } = await api.send('POST', '/auth/refresh', { refreshToken })
    t.ok([401, 422].includes(status), refreshToken)
  }
  for (const refreshToken of [one, two]) t.equal((await api.send('POST', '/auth/refresh', { refreshToken })).status, 200, 'both still live')
})

t.test('a wrong password and an unknown address are answered alike, and take as long', async (t) => {
  const api = await givenApi(t)
  await register(api)
  const bodies: object[] = []
  const times: Record<string, number[]> = { known: [], unknown: [] }
  // Each from an account of its own, so that none is counted out.
  for (let i = 0; i < 9; i++) {
    await register(api, { email: `u${i}@example.org` })
    for (const [kind, email] of [
      ['known', `u${i}@example.org`],
      ['unknown', `nobody${i}@example.org`],
    ] as const) {
      const started = performance.now()
      const { status, json } = await login(api, { email, password: 'certainly not that one' })
      times[kind]?.push(performance.now() - started)
      bodies.push({ status, ...json, request_id: '' })
    }
  }
  for (const body of bodies) t.strictSame(body, bodies[0])
  const [known = 0, unknown = 0] = Object.values(times).map((all) => all.sort((a, b) => a - b)[4])
  // Without a hash for nobody it would be a tenth.
  t.ok(known / unknown < 2 && unknown / known < 2, `known ${known} ms, unknown ${unknown} ms`)
})

t.test('ten wrong passwords from anywhere, and strangers wait; where the user has logged in before they do not', async (t) => {
  const api = await givenApi(t)
  await register(api)
  t.equal((await login(api, {}, '192.0.2.1')).status, 200, 'home')
  for (let i = 1; i <= 10; i++) t.equal((await login(api, { password: `guess number ${i}` }, `198.51.100.${i}`)).status, 401, `guess ${i}`)
  const { status, headers, json } = await login(api, {}, '203.0.113.7')
  t.match({ status, code: json.code }, { status: 429, code: 'too_many_attempts' }, 'even with the right password')
  const quickest = async (address: string) => {
    const times: number[] = []
    for (let i = 0; i < 5; i++) {
      const started = performance.now()
      await login(api, {}, address)
      times.push(performance.now() - started)
    }
    return Math.min(...times)
  }
  t.ok((await quickest('203.0.113.7')) < (await quickest('192.0.2.1')) / 2, 'nothing was hashed')
  t.ok(Number(headers['retry-after']) > 800 && Number(headers['retry-after']) <= 900)
  t.equal((await login(api, {}, '192.0.2.1')).status, 200, 'its owner gets in')
  t.equal((await login(api, { email: 'nobody@example.org' }, '203.0.113.7')).status, 401, 'and another account is another matter')
  const token = await linkToken(api, 'reset', ANN.email)
  await api.send('POST', '/auth/password/reset', { token, password: 'a wholly new password' })
  t.equal((await login(api, { password: 'a wholly new password' }, '203.0.113.7')).status, 200, 'a link from a mail ends the wait')
})

t.test('from home too ten wrong ones are enough, and many at once are no more', async (t) => {
  const api = await givenApi(t)
  await register(api)
  await login(api)
  const ends = await Promise.all(Array.from({ length: 30 }, (_, i) => login(api, { password: `a wrong password ${i}` })))
  const count = (status: number) => ends.filter((end) => end.status === status).length
  t.ok(count(401) >= 10 && count(401) <= 14, `${count(401)} were looked at`)
  t.equal(count(401) + count(429), 30)
})

t.test('a wrong password for an account that is not there is counted like any other', async (t) => {
  const api = await givenApi(t)
  for (let i = 0; i < 10; i++) await login(api, { email: 'nobody@example.org' })
  t.equal((await login(api, { email: 'nobody@example.org' })).status, 429)
})

t.test('a hash of older parameters is made anew at login, and the session goes on', async (t) => {
  const api = await givenApi(t)
  const { id } = await register(api)
  const read = async () => (await api.db.selectFrom('users').select('password_hash').executeTakeFirstOrThrow()).password_hash ?? ''
  // argon2id of "fourteen llamas sing" with one pass over 8 MiB.
  const old = await oldHash(PASSWORD)
  await replaceHash(api.db, id, await read(), old)
  const { status, as } = await login(api)
  t.equal(status, 200)
  t.match(await read(), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  t.equal((await api.send('GET', '/users/me', undefined, as)).json.version, 1)
  t.equal((await login(api)).status, 200)
})

async function oldHash(password: string): Promise<string> {
  const { argon2Sync, randomBytes } = await import('node:crypto')
  const nonce = randomBytes(16)
  const hash = argon2Sync('argon2id', { message: password, nonce, tagLength: 32, memory: 8_192, passes: 1, parallelism: 1 })
  const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=8192,t=1,p=1$${base64(nonce)}$${base64(hash)}`
}

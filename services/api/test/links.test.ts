import { ENGINES } from '@lifeline/testing/databases'
import t from 'tap'
import { givenApi } from './given-api.ts'
import { ANN, linkToken, login, register } from './given-person.ts'

const NEW = 'a wholly new password'

for (const engine of ENGINES) {
  t.test(`${engine}: a link verifies the address, and once more changes nothing`, async (t) => {
    const api = await givenApi(t, engine)
    await register(api)
    const token = await linkToken(api, 'verify', ANN.email)
    for (let i = 0; i < 2; i++) {
      const { status, json, headers } = await api.send('POST', '/auth/verify', { token, password: ANN.password })
      t.match({ status, json, etag: headers.etag }, { status: 200, json: { status: 'Active', version: 2 }, etag: '"2"' })
    }
  })

  t.test(
    `${engine}: a forgotten password is asked for and set by the link: once, for a verified address, and without old sessions`,
    async (t) => {
      const api = await givenApi(t, engine)
      await register(api)
      const { as, json } = await login(api)
      t.match(await api.send('POST', '/auth/password/forgot', { email: 'ANN@example.org' }), { status: 202, body: '' })
      const token = await linkToken(api, 'reset', ANN.email)
      t.match(await api.send('POST', '/auth/password/reset', { token, password: NEW }), { status: 200, json: { status: 'Active' } })
      t.match(await api.send('POST', '/auth/password/reset', { token, password: 'yet another password' }), { status: 422 })
      t.equal((await api.send('GET', '/users/me', undefined, as)).status, 401)
      t.equal((await api.send('POST', '/auth/refresh', { refreshToken: json.refreshToken })).status, 401)
      t.equal((await login(api)).status, 401)
      t.equal((await login(api, { password: NEW })).status, 200)
      const types = await api.db.selectFrom('outbox').select('routing_key').orderBy('seq').execute()
      t.strictSame(
        types.map(({ routing_key }) => routing_key),
        ['user.registered', 'user.password.reset.requested', 'user.password.changed'],
      )
      const logs = await api.db.selectFrom('user_logs').select('actor').orderBy('version').execute()
      t.equal(logs[1]?.actor, 'system:api', 'nobody knows who asked')
    },
  )
}

t.test(
  'who reads the mail but does not know the password confirms nothing: the account may be another one’s for their address',
  async (t) => {
    const api = await givenApi(t)
    await register(api, { password: 'chosen by a stranger' })
    const token = await linkToken(api, 'verify', ANN.email)
    const { status, json } = await api.send('POST', '/auth/verify', { token, password: ANN.password })
    t.match({ status, json }, { status: 422, json: { errors: [{ pointer: '/password', detail: 'is not the password of this account' }] } })
    t.match((await login(api, { password: 'chosen by a stranger' })).json.user, { status: 'Unverified' })
    // The way to take it over.
    const reset = await linkToken(api, 'reset', ANN.email)
    t.match(await api.send('POST', '/auth/password/reset', { token: reset, password: ANN.password }), {
      status: 200,
      json: { status: 'Active' },
    })
    t.equal((await login(api, { password: 'chosen by a stranger' })).status, 401)
  },
)

t.test('a link is for its user, its purpose, its time and its address', async (t) => {
  const api = await givenApi(t)
  await register(api)
  await register(api, { email: 'bob@example.org' })
  const [verify, reset] = [await linkToken(api, 'verify', ANN.email), await linkToken(api, 'reset', ANN.email)]
  const bobs = await linkToken(api, 'verify', 'bob@example.org')
  const late = await linkToken(api, 'verify', ANN.email, new Date(Date.now() - 1_000))
  const [user, , mac] = verify.split('.')
  const longer = `${user}.${'zzzzzz'}.${mac}`
  const bad = [reset, late, longer, `${user}.${bobs.split('.').slice(1).join('.')}`, 'x', `${verify}x`, `${'0'.repeat(32)}.zzzzzz.${mac}`]
  for (const token of bad) {
    const { status, json } = await api.send('POST', '/auth/verify', { token, password: ANN.password })
    t.match({ status, json }, { status: 422, json: { errors: [{ pointer: '/token' }] } }, token)
  }
  t.match(await api.send('POST', '/auth/password/reset', { token: verify, password: NEW }), { status: 422 })
  const { as } = await login(api)
  await api.send('PATCH', '/users/me', { email: 'new@example.org', currentPassword: ANN.password }, as)
  for (const [path, token] of [
    ['/auth/verify', verify],
    ['/auth/password/reset', reset],
  ] as const) {
    const { status } = await api.send('POST', path, { token, ...(path.endsWith('reset') && { password: NEW }) })
    t.equal(status, 422, `${path}: the mail went to an address that is not theirs any more`)
  }
})

t.test('whether there is such a user is not told by asking for a new password, nor by how long it takes', async (t) => {
  const api = await givenApi(t)
  await register(api)
  const ask = async (email: string) => {
    const started = performance.now()
    const { status, body } = await api.send('POST', '/auth/password/forgot', { email })
    return { status, body, ms: performance.now() - started }
  }
  const quickest = async (email: string) => {
    const answers = [await ask(email), await ask(email), await ask(email)]
    for (const answer of answers) t.match(answer, { status: 202, body: '' })
    return Math.min(...answers.map(({ ms }) => ms))
  }
  const [known, unknown] = [await quickest(ANN.email), await quickest('nobody@example.org')]
  t.ok(Math.abs(known - unknown) < 50, `${known} and ${unknown} ms`)
})

t.test('nobody can fill a mailbox: three mails in a quarter of an hour', async (t) => {
  const api = await givenApi(t)
  const { id } = await register(api)
  const { as } = await login(api)
  for (let i = 0; i < 5; i++) t.equal((await api.send('POST', '/auth/password/forgot', { email: ANN.email })).status, 202)
  const resends = []
  for (let i = 0; i < 4; i++) resends.push((await api.send('POST', '/auth/verify/resend', undefined, as)).status)
  t.strictSame(resends, [202, 202, 202, 429])
  const count = async (action: string) =>
    (await api.db.selectFrom('user_logs').select('version').where('action', '=', action).execute()).length
  t.strictSame([await count('password_reset_requested'), await count('verification_requested')], [3, 3])
  t.equal((await api.send('GET', `/users/${id}`)).json.version, 7)
})

t.test('the pages of links run scripts of their own files only, and a GET changes nothing', async (t) => {
  const api = await givenApi(t)
  await register(api)
  for (const purpose of ['verify', 'reset'] as const) {
    const token = await linkToken(api, purpose, ANN.email)
    const { statusCode, headers, body } = await api.app.inject({ url: `/account/${purpose}?token=${token}` })
    t.equal(statusCode, 200)
    t.match(headers['content-security-policy'], /default-src 'none';.*script-src 'self';/)
    t.match(headers, { 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' })
    t.notMatch(body, /<script(?![^>]* src=)| on\w+=|style="|<style/, 'nothing inline')
    t.notOk(body.includes(token))
    for (const [, path = ''] of body.matchAll(/(?:src|href)="([^"]+)"/g))
      t.equal((await api.app.inject({ url: new URL(path, `http://x/account/${purpose}`).pathname })).statusCode, 200, path)
    const action = /data-action="([^"]+)"/.exec(body)?.[1] ?? ''
    const answer = await api.send('POST', new URL(action, `http://x/account/${purpose}`).pathname, { token, password: NEW })
    t.not(answer.status, 404, action)
  }
})

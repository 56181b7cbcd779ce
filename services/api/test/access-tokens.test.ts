import { createHmac, generateKeyPairSync } from 'node:crypto'
import { makeAccessTokens } from '@lifeline/api/auth/access-tokens'
import { makeKeyRing } from '@lifeline/api/auth/key-ring'
import { listSigningKeys, pruneSigningKeys } from '@lifeline/backbone/db/signing-keys/signing-keys'
import { openSigningKey, rotateSigningKey } from '@lifeline/backbone/signing-keys'
import { freshDatabase } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { decodeProtectedHeader, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose'
import t from 'tap'
import { givenApi, SECRETS } from './given-api.ts'
import { login, register } from './given-person.ts'

const BEARER = { userId: '019cae6b-6600-7000-8000-000000000001', sessionId: '019cae6b-6600-7000-8000-000000000002' }
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function givenTokens(t: Parameters<typeof freshDatabase>[0]) {
  const db = await freshDatabase(t, 'pglite')
  const tokens = makeAccessTokens(makeKeyRing(db, SECRETS))
  const good = await tokens.issue(BEARER, new Date())
  const [key] = await listSigningKeys(db)
  if (key === undefined) throw new Error('There is no key.')
  const signer = await importJWK(openSigningKey(key, SECRETS), 'EdDSA')
  const now = Math.floor(Date.now() / 1_000)
  const claims = { sub: BEARER.userId, sid: BEARER.sessionId, iss: 'lifeline', aud: 'lifeline', iat: now, exp: now + 900 }
  /** A token of our own key, with other claims or another header. */
  const forge = (payload: Record<string, unknown> = {}, header: object = {}, by = signer) =>
    new SignJWT({ ...claims, ...payload }).setProtectedHeader({ alg: 'EdDSA', kid: key.kid, ...header }).sign(by)
  return { db, tokens, good, key, claims, forge, now }
}

t.test('a token says who has it, and its key by name', async (t) => {
  const { tokens, good, key, forge } = await givenTokens(t)
  t.strictSame(await tokens.verify(good), BEARER)
  t.strictSame(await tokens.verify(await forge()), BEARER)
  t.strictSame(decodeProtectedHeader(good), { alg: 'EdDSA', kid: key.kid, typ: 'JWT' })
})

t.test('no token that we did not make, or made for another time or party, lets anybody in', async (t) => {
  const { tokens, good, key, claims, forge, now } = await givenTokens(t)
  const [head = '', body = '', signature = ''] = good.split('.')
  const publicPem = JSON.stringify(key.publicJwk)
  const hmac = (header: object) => {
    const text = `${base64(header)}.${base64(claims)}`
    return `${text}.${createHmac('sha256', publicPem).update(text).digest('base64url')}`
  }
  const { privateKey: stranger } = await generateKeyPair('EdDSA')
  const bad: Record<string, string> = {
    'alg none': `${base64({ alg: 'none', kid: key.kid })}.${base64(claims)}.`,
    'alg None, signed': `${base64({ alg: 'None', kid: key.kid })}.${base64(claims)}.${signature}`,
    'HS256 with the public key': hmac({ alg: 'HS256', kid: key.kid }),
    'HS256 without kid': hmac({ alg: 'HS256' }),
    "another's key under our kid": await forge({}, {}, stranger),
    'an unknown kid': await forge({}, { kid: 'nobody' }, stranger),
    'a kid that is a path': await forge({}, { kid: '../../etc/passwd' }, stranger),
    'no kid': `${base64({ alg: 'EdDSA' })}.${body}.${signature}`,
    'a key in its own header': await forge({}, { jwk: generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) }, stranger),
    'other claims': `${head}.${base64({ ...claims, sub: BEARER.sessionId })}.${signature}`,
    'no signature': `${head}.${body}.`,
    expired: await forge({ iat: now - 1_000, exp: now - 100 }),
    'expired, issued now': await forge({ exp: now - 10 }),
    'living too long': await forge({ iat: now - 1_000, exp: now + 1_000 }),
    'without end': await forge({ exp: undefined }),
    'without beginning': await forge({ iat: undefined }),
    'issued in the future': await forge({ iat: now + 60, exp: now + 900 }),
    'not valid yet': await forge({ nbf: now + 60 }),
    'another issuer': await forge({ iss: 'elsewhere' }),
    'no issuer': await forge({ iss: undefined }),
    'another audience': await forge({ aud: 'elsewhere' }),
    'no session': await forge({ sid: undefined }),
    'a session that is no id': await forge({ sid: "x' or 1=1" }),
    'a subject that is no id': await forge({ sub: 'admin' }),
    'not even three parts': 'ey.x',
    garbage: '..',
  }
  // These were ours: whoever sends one is not guessing.
  const ours = ['expired', 'expired, issued now', 'living too long']
  for (const [what, token] of Object.entries(bad))
    await t.rejects(tokens.verify(token), { code: ours.includes(what) ? 'token_expired' : 'unauthorized' }, what)
})

t.test('over HTTP a bad token is 401 like a missing one, and not a word in the log', async (t) => {
  const api = await givenApi(t)
  await register(api)
  const { json, as } = await login(api)
  t.equal((await api.send('GET', '/users/me', undefined, as)).status, 200)
  for (const token of [`${json.accessToken}x`, `${base64({ alg: 'none' })}.${base64({ sub: json.user.id })}.`]) {
    const { status, headers, body } = await api.send('GET', '/users/me', undefined, { authorization: `Bearer ${token}` })
    t.match({ status, challenge: headers['www-authenticate'] }, { status: 401, challenge: /^Bearer/ })
    t.notOk(body.includes(token))
  }
  t.notMatch(JSON.stringify(api.lines), /ey[\w-]+\.ey/)
})

t.test('after a rotation the new key signs, and the old one verifies until it is removed', async (t) => {
  const { db, tokens, good, key } = await givenTokens(t)
  const next = await rotateSigningKey(db, SECRETS, new Date())
  // Another process, which reads the ring now.
  const other = makeAccessTokens(makeKeyRing(db, SECRETS))
  const newer = await other.issue(BEARER, new Date())
  t.equal(decodeProtectedHeader(newer).kid, next.kid)
  t.strictSame(await other.verify(good), BEARER)
  await eventually(async () => {
    t.strictSame(await tokens.verify(newer), BEARER, 'a process meets an unknown kid, and looks')
    return true
  })
  await pruneSigningKeys(db, new Date(Date.now() + 1_000))
  const third = makeAccessTokens(makeKeyRing(db, SECRETS))
  await t.rejects(third.verify(good), { code: 'unauthorized' }, `${key.kid} is gone`)
  t.strictSame(await third.verify(newer), BEARER)
})

t.test('unknown keys are looked up at most once a second', async (t) => {
  const { db, forge } = await givenTokens(t)
  let reads = 0
  const counting = db.withPlugin({
    transformQuery({ node }) {
      if (node.kind === 'SelectQueryNode') reads++
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const tokens = makeAccessTokens(makeKeyRing(counting, SECRETS))
  const unknown = await forge({}, { kid: 'nobody' })
  await Promise.allSettled(Array.from({ length: 200 }, () => tokens.verify(unknown)))
  for (let i = 0; i < 20; i++) await tokens.verify(unknown).catch(() => {})
  t.ok(reads <= 2, `${reads} reads`)
})

t.test('other services find our keys, public halves only, and can verify with them', async (t) => {
  const api = await givenApi(t)
  await register(api)
  const { json } = await login(api)
  const response = await api.app.inject({ url: '/.well-known/jwks.json' })
  t.match(response.headers, { 'cache-control': 'public, max-age=300' })
  const { keys } = response.json()
  t.strictSame(Object.keys(keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  const { payload } = await jwtVerify(json.accessToken, await importJWK(keys[0], 'EdDSA'), { issuer: 'lifeline' })
  t.equal(payload.sub, json.user.id)
})

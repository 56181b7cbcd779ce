import type { FastifyPluginAsync } from 'fastify'
import t from 'tap'
import { givenApi, KEY } from './given-api.ts'

const HTML = 'text/html; charset=utf-8'
/** A page like that of the mailbox. */
const pages: FastifyPluginAsync = async (app) => {
  app.get('/mailbox', { config: { public: true } }, async (_, reply) => reply.type(HTML).send(''))
}
const ORIGIN = 'https://app.example.org'
const { app, send, create } = await givenApi(t, 'pglite', { plugins: [pages], http: { corsOrigins: [ORIGIN, 'http://localhost:5173'] } })

t.test('an answer of the API may load nothing, is taken for nothing else, and is kept by nobody', async (t) => {
  const { id } = await create()
  const answers = [
    await send('GET', '/tasks'),
    await send('POST', '/tasks', {}),
    await send('GET', '/nothing'),
    await app.inject({ url: '/tasks' }),
    await send('GET', '/health/ready'),
    await send('PATCH', `/tasks/${id}`, { title: 'New' }),
  ]
  for (const { headers } of answers) {
    t.match(headers, {
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    t.notOk('strict-transport-security' in headers, 'TLS is promised only where there is TLS')
  }
  t.equal((await send('GET', `/tasks/${id}`)).headers['cache-control'], 'private, no-cache', 'what has an ETag is asked for again')
})

t.test('HSTS where the world comes by https', async (t) => {
  const { send } = await givenApi(t, 'pglite', { publicUrl: 'https://tasks.example.org/lifeline' })
  for (const url of ['/tasks', '/docs']) t.match((await send('GET', url)).headers['strict-transport-security'], /max-age=\d{8}/, url)
  t.match((await send('GET', '/docs')).headers['content-security-policy'], "connect-src 'self' https://tasks.example.org;")
})

/** Of a page: what its HTML loads or runs. */
const scripts = (html: string) =>
  [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)].map(([, tag = '', text = '']) => ({ tag, text }))

t.test("the docs' page runs under its policy: all scripts and styles are files of ours", async (t) => {
  for (const at of ['/docs', '/docs/', '/api/docs']) {
    const { headers, body } = await send('GET', at)
    const policy = String(headers['content-security-policy'])
    t.match(policy, "script-src 'self';")
    t.match(policy, "style-src 'self' 'unsafe-inline';")
    t.match(policy, "img-src 'self' data:;")
    t.notMatch(policy, /upgrade-insecure-requests|unsafe-eval/)
    t.equal(scripts(body).length, 3)
    for (const { tag, text } of scripts(body)) {
      t.equal(text.trim(), '')
      const src = /src="([^"]+)"/.exec(tag)?.[1] ?? ''
      const file = await app.inject({ url: new URL(src, `http://x${at}`).pathname })
      t.match(file, { statusCode: 200, headers: { 'content-type': /javascript/, 'x-content-type-options': 'nosniff' } }, src)
    }
    t.notMatch(body, /\son\w+=|javascript:/, 'no handlers in tags')
    for (const [, href = ''] of body.matchAll(/<link[^>]+href="([^"]+)"/g)) {
      t.equal((await app.inject({ url: new URL(href, `http://x${at}`).pathname })).statusCode, 200, href)
    }
  }
  t.match((await send('GET', '/docs/json')).json, { openapi: '3.1.0' }, 'and it reads what it shows from us')
})

t.test('pages for people run scripts of ours and no inline ones, and are in no frame', async (t) => {
  for (const url of ['/mailbox', '/account/reset', '/clients']) {
    const { headers } = await send('GET', url)
    t.match(headers, { 'x-frame-options': /./, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' }, url)
    const policy = String(headers['content-security-policy'])
    for (const part of ["default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
      t.ok(policy.split(';').includes(part), `${url} ${part}`)
    }
  }
})

const ask = (origin: string, url = '/tasks') =>
  app.inject({
    method: 'OPTIONS',
    url,
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,idempotency-key' },
  })

t.test('a page of a known origin may call, without a key to ask whether it may', async (t) => {
  const preflight = await ask(ORIGIN)
  t.equal(preflight.statusCode, 204)
  t.match(preflight.headers, {
    'access-control-allow-origin': ORIGIN,
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers':
      'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Lifeline-Actor, X-Request-Id, traceparent',
    vary: /Origin/,
  })
  const answer = await send('GET', '/tasks', undefined, { origin: ORIGIN })
  t.match(answer.headers, {
    'access-control-allow-origin': ORIGIN,
    'access-control-expose-headers':
      'ETag, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id, Idempotency-Replayed',
    vary: /Origin/,
  })
  t.notOk('access-control-allow-credentials' in answer.headers, 'there are no cookies')
  const refused = await app.inject({ url: '/tasks', headers: { origin: ORIGIN } })
  t.match(refused, { statusCode: 401, headers: { 'access-control-allow-origin': ORIGIN } }, 'errors can be read too')
})

t.test('a page of another origin is not allowed, nor is anyone by default', async (t) => {
  for (const origin of ['https://evil.example', `${ORIGIN}.evil.example`, 'null', 'http://app.example.org', `${ORIGIN}:444`]) {
    t.notOk('access-control-allow-origin' in (await ask(origin)).headers, origin)
    t.notOk('access-control-allow-origin' in (await send('GET', '/tasks', undefined, { origin })).headers, origin)
  }
  const plain = await givenApi(t)
  const headers = { origin: ORIGIN, 'access-control-request-method': 'POST', authorization: `Bearer ${KEY}` }
  const answer = await plain.app.inject({ method: 'OPTIONS', url: '/tasks', headers })
  t.match(answer, { statusCode: 404 })
  t.notOk(Object.keys(answer.headers).some((name) => name.startsWith('access-control')))
})

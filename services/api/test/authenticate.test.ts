import { buildApp } from '@lifeline/api/app'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { systemClock } from '@lifeline/backbone/process/clock'
import { makeLog } from '@lifeline/backbone/process/log'
import { freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { givenApi, KEY, SECRETS } from './given-api.ts'

t.test('without a key, or with a wrong one: 401, and not a word about what is behind it', async (t) => {
  const { app, lines } = await givenApi(t)
  const wrong = [
    undefined,
    '',
    KEY,
    `Basic ${KEY}`,
    `Bearer ${KEY}x`,
    `Bearer ${KEY.slice(0, -1)}X`,
    'Bearer llk_other_0123456789abcdef',
    'Bearer x',
  ]
  const calls = [
    { method: 'GET', url: '/tasks' },
    { method: 'POST', url: '/api/v1/tasks', payload: '{bad json', headers: { 'content-type': 'application/json' } },
    { method: 'DELETE', url: '/tasks/no-uuid' },
  ] as const
  for (const authorization of wrong) {
    for (const call of calls) {
      const response = await app.inject({
        ...call,
        headers: { ...('headers' in call ? call.headers : {}), ...(authorization && { authorization }) },
      })
      t.match(
        { status: response.statusCode, challenge: response.headers['www-authenticate'], body: response.json() },
        { status: 401, challenge: 'Bearer realm="lifeline"', body: { code: 'unauthorized', status: 401 } },
        `${call.method} ${authorization}`,
      )
    }
  }
  t.notMatch(JSON.stringify(lines), /0123456789abcdef/, 'no key is ever logged')
})

t.test('with the key: in, and the log says whose it was', async (t) => {
  const { app, lines } = await givenApi(t)
  for (const scheme of ['Bearer', 'bearer']) {
    const { statusCode } = await app.inject({ url: '/tasks', headers: { authorization: `${scheme} ${KEY}` } })
    t.equal(statusCode, 200)
  }
  t.match(lines.at(-1), { principal: 'key:test' })
})

t.test('the docs, the health and the metrics need no key', async (t) => {
  const { app } = await givenApi(t)
  for (const url of ['/docs', '/docs/static/swagger-ui.css', '/api/docs', '/openapi.json', '/health/live', '/health/ready', '/metrics']) {
    t.equal((await app.inject({ url })).statusCode, 200, url)
  }
})

const rest = {
  apiKeys: [KEY],
  secrets: SECRETS,
  clock: systemClock,
  log: makeLog('api', 'silent'),
  brokerHealth: () => ({ connected: true }),
}

t.test('a route that declares neither a permission nor that it is public stops the start', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const plugin = async (app: { get(url: string, handler: () => Promise<string>): unknown }) => void app.get('/open', async () => 'x')
  await t.rejects(buildApp({ ...rest, db, writer: makeWriter(db), plugins: [plugin] }), /GET \/open declares neither a permission/)
})

t.test('further pages are served when they declare themselves', async (t) => {
  const { app, send } = await givenApi(t, 'pglite', {
    plugins: [
      async (page) => {
        page.get('/page', { config: { public: true } }, async () => 'for all')
        page.get('/secret', { config: { permission: 'task:read' } }, async () => 'for some')
      },
    ],
  })
  t.equal((await app.inject({ url: '/page' })).body, 'for all')
  t.equal((await app.inject({ url: '/secret' })).statusCode, 401)
  t.equal((await send('GET', '/secret')).body, 'for some')
})

t.test('a key of another shape stops the start', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  for (const key of ['secret', 'llk_short_x', 'llk__0123456789abcdef']) {
    await t.rejects(buildApp({ ...rest, db, writer: makeWriter(db), apiKeys: [key] }), { name: 'ConfigError' }, key)
  }
})

import { answerErrors } from '@lifeline/api/answer-errors'
import type { App } from '@lifeline/api/app'
import { httpSettings } from '@lifeline/api/http-settings'
import { NOBODY, type Principal } from '@lifeline/api/identity/principal'
import { limitRates } from '@lifeline/api/limits/limit-rates'
import { openDatabase } from '@lifeline/backbone/db/open'
import type { Db } from '@lifeline/backbone/db/schema'
import { makeLog } from '@lifeline/backbone/process/log'
import { CONCURRENT_ENGINES, freshDatabase, freshDatabaseUrl } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import Fastify, { type FastifyPluginAsync } from 'fastify'
import t from 'tap'
import { givenApi, KEY } from './given-api.ts'

type Test = Parameters<typeof givenApi>[0]

const NOON = new Date('2026-03-02T12:00:00.000Z')

/** A clock of rate windows that stands still. */
function standingClock(at = NOON) {
  let now = at
  const pass = (ms: number) => {
    now = new Date(now.getTime() + ms)
  }
  return { machineNow: () => now, pass }
}

const person = { permissions: new Map(), person: { id: 'ann', verifiedEmail: undefined, role: 'member' } } as const
const PRINCIPALS: Readonly<Record<string, Principal>> = {
  token: { ...person, id: 'user:ann', requestsPerMinute: undefined },
  key: { ...person, id: 'key:1', requestsPerMinute: 100 },
  system: { ...NOBODY, id: 'key:3' },
  slow: { ...NOBODY, id: 'key:4', requestsPerMinute: 2 },
}

/** The limits alone, with principals as identity makes them; users may ask five times a minute. */
async function givenLimits(t: Test, db: Db, machineNow = standingClock().machineNow) {
  const app = Fastify()
  app.decorateRequest('principal')
  app.addHook('onRequest', async (request) => {
    request.principal = PRINCIPALS[String(request.headers.as)] ?? NOBODY
  })
  const lines: string[] = []
  const log = makeLog('api', 'info', { write: (line) => void lines.push(line) })
  const http = { ...httpSettings({}), requestsPerMinute: 5 }
  answerErrors(app as unknown as App, await limitRates(app as unknown as App, { db, log, http, machineNow }))
  app.get('/', async () => 'in')
  t.after(() => app.close())
  await app.ready()
  const ask = async (as: string) => await app.inject({ url: '/', headers: { as } })
  /** How many of `n` requests get through. */
  const through = async (as: string, n: number) => {
    let passed = 0
    for (let i = 0; i < n; i++) if ((await ask(as)).statusCode === 200) passed++
    return passed
  }
  return { ask, through, lines }
}

t.test('a user has so many requests a minute, and is told how many are left', async (t) => {
  const { machineNow, pass } = standingClock()
  const { ask, through } = await givenLimits(t, await freshDatabase(t, 'pglite'), machineNow)
  pass(15_000)
  t.match((await ask('token')).headers, { 'ratelimit-limit': '5', 'ratelimit-remaining': '4', 'ratelimit-reset': '45' })
  t.equal(await through('token', 4), 4)
  t.match((await ask('token')).headers, {
    'ratelimit-limit': '5',
    'ratelimit-remaining': '0',
    'ratelimit-reset': '45',
    'retry-after': '45',
  })
  pass(44_999)
  t.match((await ask('token')).headers, { 'retry-after': '1' })
  pass(1)
  t.equal((await ask('token')).statusCode, 200, 'a new minute')
})

t.test("a user's keys and tokens are one", async (t) => {
  const { through } = await givenLimits(t, await freshDatabase(t, 'pglite'))
  t.equal(await through('token', 3), 3)
  t.equal(await through('key', 2), 2)
  t.equal(await through('token', 1), 0)
})

t.test('a system key is unlimited unless its row says so', async (t) => {
  const { ask, through } = await givenLimits(t, await freshDatabase(t, 'pglite'))
  t.equal(await through('system', 200), 200)
  t.notOk('ratelimit-limit' in (await ask('system')).headers)
  t.equal(await through('slow', 10), 2)
})

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: two processes share what they have counted, within a second`, async (t) => {
    const url = await freshDatabaseUrl(t, engine)
    const dbs = [await openDatabase(url), await openDatabase(url)] as const
    t.after(() => Promise.all(dbs.map((db) => db.destroy())))
    const [one, two] = [await givenLimits(t, dbs[0]), await givenLimits(t, dbs[1])]
    t.equal(await one.through('slow', 5), 2)
    t.equal(await one.through('token', 3), 3)
    await eventually(async () => (await dbs[0].selectFrom('rate_counts').select('id').execute()).length === 2)
    t.equal(await two.through('token', 1), 1, 'the first request of a process does not wait to hear of the others')
    await eventually(async () => (await two.ask('token')).headers['ratelimit-remaining'] === '0')
    t.equal((await two.ask('token')).statusCode, 429)
    t.equal((await two.ask('system')).statusCode, 200)
    await eventually(async () => (await one.ask('token')).statusCode === 429)
  })
}

t.test('a database that is away fails no request: each process counts alone', async (t) => {
  const db = await openDatabase('postgres://nobody@127.0.0.1:1/nothing')
  t.after(() => db.destroy())
  const { through, lines } = await givenLimits(t, db)
  t.equal(await through('token', 9), 5)
  await eventually(() => lines.length > 0)
  t.match(lines[0], /rate limits are not shared/)
})

/** For everybody under /auth, as logging in is. */
const probe: FastifyPluginAsync = async (app) => {
  app.post('/api/v1/auth/probe', { config: { public: true } }, async () => 'in')
}

/** The whole API; addresses may ask three times a minute under /auth, and fail as often. */
async function givenAddresses(t: Test, trustProxy: number | string[] = 0) {
  const { machineNow, pass } = standingClock()
  const http = { authRequestsPerMinute: 3, trustProxy }
  const { app } = await givenApi(t, 'pglite', { http, machineNow, plugins: [probe] })
  const logIn = (remoteAddress: string, headers = {}) => app.inject({ method: 'POST', url: '/api/v1/auth/probe', remoteAddress, headers })
  const read = (remoteAddress: string, key?: string, url = '/tasks') =>
    app.inject({ url, remoteAddress, headers: key === undefined ? {} : { authorization: `Bearer ${key}` } })
  return { logIn, read, pass }
}

t.test('an address may try so often under /auth; others are not disturbed', async (t) => {
  const { logIn, pass } = await givenAddresses(t)
  for (let i = 0; i < 3; i++) t.equal((await logIn('192.0.2.1')).statusCode, 200)
  const refused = await logIn('192.0.2.1')
  t.match(refused.json(), { status: 429, code: 'rate_limited', title: 'Too Many Requests', detail: /try again in 60 seconds/ })
  t.match(refused.headers, {
    'content-type': /^application\/problem\+json/,
    'retry-after': '60',
    'ratelimit-limit': '3',
    'ratelimit-remaining': '0',
  })
  t.equal((await logIn('192.0.2.2')).statusCode, 200)
  pass(60_000)
  t.equal((await logIn('192.0.2.1')).statusCode, 200)
})

t.test('the addresses of one IPv6 network are one, and an IPv4 address is one however it is written', async (t) => {
  const { logIn } = await givenAddresses(t)
  for (const address of ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:ffff::3']) t.equal((await logIn(address)).statusCode, 200)
  t.equal((await logIn('2001:db8::4')).statusCode, 429)
  t.equal((await logIn('2001:db8:0:1::1')).statusCode, 200)
  for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201']) t.equal((await logIn(address)).statusCode, 200)
  t.equal((await logIn('192.0.2.1')).statusCode, 429)
})

const WRONG = 'llk_test_abcdef0123456789'

t.test('who guesses keys hears 429; a valid key from the same address still works', async (t) => {
  const { read, pass } = await givenAddresses(t)
  t.equal((await read('192.0.2.1')).statusCode, 401)
  for (let i = 0; i < 3; i++) t.equal((await read('192.0.2.1', WRONG)).statusCode, 401)
  const refused = await read('192.0.2.1', WRONG)
  t.match(refused.json(), { status: 429, code: 'rate_limited' })
  t.match(refused.headers, { 'retry-after': '60' })
  t.equal((await read('192.0.2.1')).statusCode, 429, 'nor is anybody told to authenticate')
  t.equal((await read('192.0.2.1', KEY)).statusCode, 200)
  t.equal((await read('192.0.2.2', WRONG)).statusCode, 401)
  pass(60_000)
  t.equal((await read('192.0.2.1', WRONG)).statusCode, 401)
})

t.test('to ask without a key is no guess', async (t) => {
  const { read } = await givenAddresses(t)
  for (let i = 0; i < 20; i++) t.equal((await read('192.0.2.1')).statusCode, 401)
})

t.test('health, metrics and docs are never limited', async (t) => {
  const { read } = await givenAddresses(t)
  for (let i = 0; i < 5; i++) await read('192.0.2.1', WRONG)
  for (const url of ['/health/live', '/health/ready', '/metrics', '/docs', '/openapi.json']) {
    for (let i = 0; i < 5; i++) {
      const { statusCode, headers } = await read('192.0.2.1', undefined, url)
      t.equal(statusCode, 200, url)
      t.notOk('ratelimit-limit' in headers, url)
    }
  }
})

t.test('X-Forwarded-For is believed only of the proxies that are named, or so many of them', async (t) => {
  const forwarded = (address: string) => ({ 'x-forwarded-for': address })
  const untrusting = await givenAddresses(t)
  for (let i = 0; i < 3; i++) await untrusting.logIn('10.0.0.1', forwarded(`198.51.100.${i}`))
  t.equal((await untrusting.logIn('10.0.0.1', forwarded('198.51.100.9'))).statusCode, 429, 'by default of nobody')

  for (const trust of [['10.0.0.0/8'], 1]) {
    const { logIn } = await givenAddresses(t, trust)
    for (let i = 0; i < 9; i++) t.equal((await logIn('10.0.0.1', forwarded(`198.51.100.${i}`))).statusCode, 200)
    for (let i = 0; i < 3; i++) await logIn('10.0.0.1', forwarded(`203.0.113.${i}, 198.51.100.77`))
    t.equal(
      (await logIn('10.0.0.2', forwarded('203.0.113.9, 198.51.100.77'))).statusCode,
      429,
      'what a client itself writes is not believed',
    )
  }
  const { logIn } = await givenAddresses(t, ['10.0.0.0/8'])
  for (let i = 0; i < 3; i++) await logIn('192.0.2.1', forwarded(`198.51.100.${i}`))
  t.equal((await logIn('192.0.2.1', forwarded('198.51.100.9'))).statusCode, 429, 'nor what comes around the proxies')
})

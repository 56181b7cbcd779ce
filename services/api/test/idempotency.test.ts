import { create } from '@lifeline/api/idempotency'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { openDatabase } from '@lifeline/backbone/db/open'
import { addTask, type NewTask } from '@lifeline/backbone/db/tasks/add-tasks'
import type { TaskRow } from '@lifeline/backbone/db/tasks/task'
import { ENGINES, freshDatabaseUrl } from '@lifeline/testing/databases'
import type { FastifyPluginAsync } from 'fastify'
import t from 'tap'
import { givenApi, SECRETS } from './given-api.ts'

const LETTER = { title: 'Answer the letter', assignee: 'bob@example.org', labels: ['b', 'a'] }
const key = (value: string) => ({ 'idempotency-key': value })

for (const engine of ENGINES) {
  t.test(`${engine}: the same request again is answered again, byte for byte, and creates nothing`, async (t) => {
    const { send, db } = await givenApi(t, engine)
    const counted = async () => Number(/^tasks_created_total (\d+)$/m.exec((await send('GET', '/metrics')).body)?.[1])
    const before = await counted()
    const first = await send('POST', '/tasks', LETTER, key('k 1'))
    t.match(first, { status: 201, headers: { etag: '"1"', location: /^\/api\/v1\/tasks\/./ } })
    t.notOk('idempotency-replayed' in first.headers)
    const { labels, ...rest } = LETTER
    const other = await send('POST', '/api/v1/tasks', { labels, ...rest }, key('k 1'))
    t.equal(other.headers['idempotency-replayed'], 'true')
    for (const name of ['etag', 'location', 'content-type']) t.equal(other.headers[name], first.headers[name], name)
    t.strictSame([other.status, other.body], [201, first.body], 'by another name, with its members in another order')
    t.equal((await db.selectFrom('tasks').select('id').execute()).length, 1)
    t.equal((await counted()) - before, 1, 'and counted once')
  })
}

const { send, db, app } = await givenApi(t)

t.test('another request with the key is 422, whatever differs; the header is named', async (t) => {
  await send('POST', '/tasks', LETTER, key('a'))
  const others = [
    await send('POST', '/tasks', { ...LETTER, title: 'Answer no letter' }, key('a')),
    await send('POST', '/tasks', { ...LETTER, description: null }, key('a')),
    await send('POST', '/tasks', LETTER, { ...key('a'), 'lifeline-actor': 'ann@example.org' }),
  ]
  for (const answer of others) {
    t.match(answer, { status: 422, json: { code: 'idempotency_key_reused', errors: [{ in: 'header', pointer: '/idempotency-key' }] } })
    t.match(answer.json.detail, /needs a new key/)
  }
})

t.test('without a key the same request again is another task, and nothing is stored', async (t) => {
  const count = async () => (await db.selectFrom('idempotency_keys').select('id').execute()).length
  const before = await count()
  const [one, two] = [await send('POST', '/tasks', LETTER), await send('POST', '/tasks', LETTER)]
  t.strictSame([one.status, two.status], [201, 201])
  t.not(one.json.id, two.json.id)
  t.equal(await count(), before)
})

t.test('a key that is none is 422 and named', async (t) => {
  for (const bad of ['', 'x'.repeat(256), 'schlüssel', 'a\tb']) {
    const answer = await send('POST', '/tasks', LETTER, key(bad))
    t.match(answer, { status: 422, json: { errors: [{ in: 'header', pointer: '/idempotency-key', detail: /1 to 255 printable/ }] } }, bad)
  }
  t.equal((await send('POST', '/tasks', LETTER, key('x'.repeat(255)))).status, 201)
})

t.test('a refusal is not stored: when its cause is gone, the same key succeeds', async (t) => {
  const { id } = (await send('POST', '/tasks', { ...LETTER, externalRef: 'r' })).json
  const again = () => send('POST', '/tasks', { ...LETTER, externalRef: 'r' }, key('later'))
  t.match(await again(), { status: 409, json: { code: 'not_unique' } })
  t.equal((await send('POST', '/tasks', { title: 5 }, key('later'))).status, 422)
  await send('DELETE', `/tasks/${id}`)
  t.equal((await again()).status, 201)
  t.match(await again(), { status: 201, headers: { 'idempotency-replayed': 'true' } })
})

t.test('twenty at once are one task, and all hear of it', async (t) => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => send('POST', '/tasks', LETTER, key('storm'))))
  t.equal(new Set(answers.map(({ body }) => body)).size, 1)
  t.equal(answers.filter(({ headers }) => headers['idempotency-replayed'] === undefined).length, 1)
})

t.test('nothing that was sent can be read or guessed from what is stored about the request', async (t) => {
  const stored = await db.selectFrom('idempotency_keys').selectAll().execute()
  t.ok(stored.length > 3)
  for (const { id, request_hash } of stored) {
    t.match(id, /^[0-9a-f]{64}$/)
    t.match(request_hash, /^[\w-]{43}$/, 'a hash that only we can make')
  }
})

t.test('the header is in the docs', async (t) => {
  const { paths } = (await app.inject({ url: '/openapi.json' })).json()
  const parameters = paths['/api/v1/tasks'].post.parameters as { name: string; in: string; required?: boolean }[]
  t.match(parameters, [{ name: 'idempotency-key', in: 'header' }])
})

/** Two more routes that create: one whose answer holds a secret, one for everybody. */
const moreRoutes: FastifyPluginAsync = async (page) => {
  for (const [url, config, secret] of [
    ['/secrets', { permission: 'task:create' }, true],
    ['/open', { public: true }, false],
  ] as const) {
    page.post<{ Body: NewTask }>(url, { config }, async (request, reply) => {
      const input = { ...request.body, actor: 'key:test', now: new Date() }
      const answerOf = ({ id }: TaskRow) => ({ status: 202, headers: {}, body: { id, secret: `secret of ${id}` } })
      await create(request, reply, { writer: makeWriter(shared.db), secrets: SECRETS }, { work: addTask, input, answerOf, secret })
      return reply
    })
  }
}
const shared = await givenApi(t, 'pglite', { plugins: [moreRoutes] })

t.test('a key belongs to one route; an answer that holds a secret is stored sealed', async (t) => {
  const [task, secret, open] = await Promise.all(['/tasks', '/secrets', '/open'].map((url) => shared.send('POST', url, LETTER, key('k'))))
  t.strictSame([task?.status, secret?.status, open?.status], [201, 202, 202])
  const again = await shared.send('POST', '/secrets', LETTER, key('k'))
  t.match(again, { status: 202, body: secret?.body, headers: { 'idempotency-replayed': 'true' } })
  t.match(again.json.secret, /^secret of/)
  const bodies = await shared.db.selectFrom('idempotency_keys').select('body').execute()
  t.equal(bodies.filter(({ body }) => body?.includes('secret of')).length, 1, 'that of the open route')
  t.equal(bodies.filter(({ body }) => body?.startsWith('v1.')).length, 1)
})

t.test('postgres: two processes on one database create one task', async (t) => {
  const url = await freshDatabaseUrl(t, 'postgres')
  const apis = [
    await givenApi(t, 'postgres', { db: await openDatabase(url) }),
    await givenApi(t, 'postgres', { db: await openDatabase(url) }),
  ] as const
  for (const api of apis) t.after(() => api.db.destroy())
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all(
      apis.map((api) => api.send('POST', '/tasks', { ...LETTER, externalRef: `r${round}` }, key(`k${round}`))),
    )
    t.strictSame(
      answers.map(({ status }) => status),
      [201, 201],
    )
    t.equal(answers[0]?.body, answers[1]?.body)
  }
  t.equal((await apis[0].db.selectFrom('tasks').select('id').execute()).length, 10)
})

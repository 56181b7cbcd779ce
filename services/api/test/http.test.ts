import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { startApi } from '@lifeline/api/start-api'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { systemClock } from '@lifeline/backbone/process/clock'
import { makeLog } from '@lifeline/backbone/process/log'
import { freshDatabase } from '@lifeline/testing/databases'
import type { FastifyPluginAsync } from 'fastify'
import t from 'tap'
import { givenApi, KEY, SECRETS } from './given-api.ts'

t.test("the brief's own paths are the same routes, and the docs show each once", async (t) => {
  const { send, create } = await givenApi(t)
  const { id } = await create()
  for (const path of ['', `/${id}`, `/${id}/logs`, `/${id}/metrics`, '/metrics', '/metrics/aggregate']) {
    const [short, long] = [await send('GET', `/tasks${path}`), await send('GET', `/api/v1/tasks${path}`)]
    t.strictSame(short.json, long.json, path)
    t.equal(short.status, 200, path)
  }
  t.equal((await send('GET', '/tasksx')).status, 404)
  const { paths, openapi } = (await send('GET', '/openapi.json')).json
  t.match(openapi, /^3\.1/)
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods as object).map((method) => `${method} ${path}`))
  // Beside it only what carries a token in its path, and what speaks another's language.
  t.strictSame(
    operations.filter((operation) => !/ \/(api\/v1|api\/v3|ping|badges|metrics)\//.test(operation)),
    [],
  )
  const ofTasks = operations.filter((operation) => operation.includes('/api/v1/tasks'))
  t.strictSame(ofTasks.sort(), [
    'delete /api/v1/tasks/{id}',
    'get /api/v1/tasks',
    'get /api/v1/tasks/metrics',
    'get /api/v1/tasks/metrics/aggregate',
    'get /api/v1/tasks/{id}',
    'get /api/v1/tasks/{id}/logs',
    'get /api/v1/tasks/{id}/metrics',
    'patch /api/v1/tasks/{id}',
    'patch /api/v1/tasks/{id}/status',
    'post /api/v1/tasks',
  ])
})

t.test('a request is logged once, by template, without its body; probes are not', async (t) => {
  const { send, create, lines } = await givenApi(t)
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const { id } = await create({ title: 'a secret plan' })
  await send('GET', `/tasks/${id}?`, undefined, { 'x-request-id': 'mine-1', traceparent })
  await send('GET', '/nothing/here')
  for (const url of ['/health/live', '/health/ready', '/metrics', '/docs']) await send('GET', url)
  t.equal(lines.length, 3)
  t.match(lines[1], { method: 'GET', route: '/api/v1/tasks/:id', status: 200, principal: 'key:test', requestId: 'mine-1', traceparent })
  t.type(lines[1]?.ms, 'number')
  t.match(lines[2], { route: 'unmatched', status: 404 })
  t.notMatch(JSON.stringify(lines), /secret plan/)
})

t.test('requests without a traceparent each begin a trace of their own', async (t) => {
  const { send, lines } = await givenApi(t)
  // More than the random ids that are made at once.
  for (let i = 0; i < 450; i++) await send('GET', '/tasksx')
  const traces = lines.map(({ traceparent }) => String(traceparent))
  t.equal(traces.length, 450)
  for (const [from, to] of [
    [3, 35],
    [36, 52],
  ])
    t.equal(new Set(traces.map((trace) => trace.slice(from, to))).size, 450)
  t.ok(traces.every((trace) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(trace)))
})

t.test("the caller's request id is kept when it is harmless, and always answered", async (t) => {
  const { send } = await givenApi(t)
  const idOf = async (id: string) => {
    const { headers, json } = await send('GET', '/nothing', undefined, { 'x-request-id': id })
    t.equal(headers['x-request-id'], json.request_id)
    return json.request_id
  }
  t.equal(await idOf('abc-1_2.3:4'), 'abc-1_2.3:4')
  for (const id of ['', 'a b', 'x'.repeat(101), '{"a":1}', 'ä']) t.match(await idOf(id), /^[0-9a-f-]{36}$/, id)
})

t.test('metrics are labelled by template; whatever has no route shares one label', async (t) => {
  const { send, create } = await givenApi(t)
  const { id } = await create()
  await send('GET', `/tasks/${id}`)
  for (const path of ['/a', '/b', '/c?d=e']) await send('GET', path)
  const { body, headers } = await send('GET', '/metrics')
  t.match(headers['content-type'], /^text\/plain/)
  t.match(body, 'http_request_duration_seconds_count{method="GET",route="/api/v1/tasks/:id",status_code="200"} 1')
  t.match(body, 'http_request_duration_seconds_count{method="GET",route="unmatched",status_code="404"} 3')
  t.match(body, 'process_resident_memory_bytes')
  t.notMatch(body, id)
})

t.test('ready, degraded while only the broker is away', async (t) => {
  let connected = true
  const { send } = await givenApi(t, 'pglite', { brokerHealth: () => ({ connected, detail: 'connection refused' }) })
  t.strictSame((await send('GET', '/health/ready')).json, { status: 'ok', database: 'ok', broker: 'ok' })
  connected = false
  const degraded = await send('GET', '/health/ready')
  t.equal(degraded.status, 200)
  t.strictSame(degraded.json, { status: 'degraded', database: 'ok', broker: 'degraded: connection refused' })
})

t.test('a bug is a 500 that says nothing but its code, and is logged with its stack', async (t) => {
  const { send, lines } = await givenApi(t, 'pglite', {
    plugins: [
      async (app) => {
        app.get('/bug', { config: { public: true } }, async () => {
          throw new Error('the table of secrets is empty')
        })
      },
    ],
  })
  const { status, json, headers } = await send('GET', '/bug')
  t.equal(status, 500)
  t.strictSame(json, {
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    code: 'internal',
    request_id: headers['x-request-id'],
  })
  t.match(lines, [{ level: 50, route: '/bug', err: { message: 'the table of secrets is empty' } }])
})

/** A server that listens, with a page that takes as long as it is asked to. */
async function givenServer(t: Tap) {
  const db = await freshDatabase(t, 'pglite')
  const log = makeLog('api', 'silent')
  const config = { HOST: '127.0.0.1', PORT: 0, MAX_EVENT_LOOP_DELAY_MS: 60_000 }
  const slowPage: FastifyPluginAsync = async (app) => {
    app.get<{ Params: { ms: string } }>(
      '/slow/:ms',
      { config: { public: true } },
      async ({ params }) => await sleep(Number(params.ms), 'done'),
    )
  }
  return await startApi({
    db,
    writer: makeWriter(db),
    config,
    apiKeys: [KEY],
    secrets: SECRETS,
    clock: systemClock,
    log,
    brokerHealth: () => ({ connected: true }),
    plugins: [slowPage],
  })
}
type Tap = Parameters<typeof freshDatabase>[0]

/** What a server answers to these bytes, until it closes the connection. */
async function exchange(url: string, bytes: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(bytes)
  return await text(socket)
}

t.test('what is no HTTP, or too long for it, is answered as a problem and hung up on', async (t) => {
  const api = await givenServer(t)
  t.after(() => api.close())
  t.match(await exchange(api.url, 'HELO example.org\r\n\r\n'), /^HTTP\/1\.1 400 Bad Request[\s\S]*"code":"bad_request"/)
  const long = `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`
  t.match(await exchange(api.url, long), /^HTTP\/1\.1 431 [\s\S]*application\/problem\+json[\s\S]*"code":"headers_too_large"/)
})

t.test('closing ends connections that are kept alive, and ones that never asked anything', async (t) => {
  const api = await givenServer(t)
  t.equal((await fetch(`${api.url}/health/live`)).status, 200)
  const silent = connect(Number(new URL(api.url).port), '127.0.0.1')
  silent.on('error', () => {})
  await new Promise((resolve) => silent.once('connect', resolve))
  const started = performance.now()
  await api.close()
  t.ok(performance.now() - started < 2_000)
  await t.rejects(fetch(`${api.url}/health/live`))
})

t.test('closing lets a request in hand end, but does not wait for ever', async (t) => {
  const api = await givenServer(t)
  const [short, long] = [fetch(`${api.url}/slow/300`), fetch(`${api.url}/slow/5000`).catch(() => 'cut')]
  await sleep(100)
  const started = performance.now()
  await api.close()
  t.ok(performance.now() - started < 2_000)
  t.equal(await (await short).text(), 'done')
  t.equal(await long, 'cut')
})

import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { givenApi, KEY } from './given-api.ts'

/** The API on a port, with time limits that a test can wait for. They are looked at once a second. */
async function givenPort(scope: Parameters<typeof givenApi>[0]) {
  const { app } = await givenApi(scope)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  app.server.headersTimeout = 500
  app.server.requestTimeout = 1_000
  const open = () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    scope.after(() => void socket.destroy())
    return socket
  }
  /** What is answered to these bytes, until the server hangs up. */
  const exchange = async (bytes: string) => {
    const socket = open()
    socket.write(bytes)
    return await text(socket)
  }
  return { app, open, exchange, url: `http://127.0.0.1:${port}` }
}

const HEAD = `POST /tasks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\ncontent-type: application/json\r\n`
const GOOD = JSON.stringify({ title: 'Answer the letter', assignee: 'bob@example.org' })

t.test('many headers, or long ones, are 431', async (t) => {
  const { exchange } = await givenPort(t)
  const many = Array.from({ length: 900 }, (_, i) => `x-header-${i}: some value`).join('\r\n')
  for (const headers of [
    many,
    `x-long: ${'a'.repeat(17_000)}`,
    `idempotency-key: ${'a'.repeat(17_000)}`,
    `cookie: ${'a=b; '.repeat(4_000)}`,
  ]) {
    t.match(await exchange(`${HEAD}${headers}\r\n\r\n`), /^HTTP\/1\.1 431 [\s\S]*"code":"headers_too_large"/)
  }
})

t.test('a body that says it is too long is 413 before it is sent; a chunked one as soon as it is', async (t) => {
  const { exchange, app } = await givenPort(t)
  t.match(await exchange(`${HEAD}connection: close\r\ncontent-length: 1048577\r\n\r\n`), /^HTTP\/1\.1 413 [\s\S]*"code":"too_large"/)
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  t.match(
    await exchange(`${HEAD}connection: close\r\ntransfer-encoding: chunked\r\n\r\n${chunk.repeat(17)}0\r\n\r\n`),
    /^HTTP\/1\.1 413 [\s\S]*at most 1048576 bytes/,
  )
  const inChunks = [...GOOD].map((letter) => `1\r\n${letter}\r\n`).join('')
  t.match(await exchange(`${HEAD}connection: close\r\ntransfer-encoding: chunked\r\n\r\n${inChunks}0\r\n\r\n`), /^HTTP\/1\.1 201 /)
  t.equal((await app.inject({ url: '/tasks', headers: { authorization: `Bearer ${KEY}` } })).json().items.length, 1)
})

t.test('a request of two lengths, or two meanings, is 400', async (t) => {
  const { exchange } = await givenPort(t)
  const smuggled = [
    `${HEAD}content-length: 5\r\ncontent-length: 6\r\n\r\nabcdef`,
    `${HEAD}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${HEAD}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    `${HEAD}content-length : 5\r\n\r\nabcde`,
    `${HEAD}content-length: -1\r\n\r\n`,
  ]
  for (const bytes of smuggled) t.match(await exchange(bytes), /^HTTP\/1\.1 400 [\s\S]*"code":"bad_request"/)
})

/** Sends a byte now and then for as long as the socket is open. */
async function trickle(socket: Socket, bytes: string) {
  for (const byte of bytes.repeat(1_000)) {
    if (socket.destroyed || socket.readableEnded) return
    socket.write(byte)
    await sleep(100)
  }
}

t.test('headers or a body that come byte by byte are 408, and that cannot be drawn out', async (t) => {
  const { open } = await givenPort(t)
  const slow = async (head: string, bytes: string) => {
    const started = performance.now()
    const socket = open()
    socket.write(head)
    void trickle(socket, bytes)
    const answer = await text(socket)
    t.match(answer, /^HTTP\/1\.1 408 [\s\S]*application\/problem\+json[\s\S]*"code":"request_timeout"/)
    t.ok(performance.now() - started < 10_000)
  }
  await Promise.all([slow('GET /tasks HTTP/1.1\r\nhost: x\r\n', 'x-a: b\r\n'), slow(`${HEAD}content-length: 1000000\r\n\r\n`, ' ')])
})

t.test('hundreds of slow connections stop nobody, and are hung up on', async (t) => {
  const { open, url } = await givenPort(t)
  const sockets = Array.from({ length: 400 }, () => {
    const socket = open()
    socket.write('GET /tasks HTTP/1.1\r\nhost: x\r\nx-slow: ')
    socket.resume()
    return socket
  })
  const started = performance.now()
  for (let i = 0; i < 20; i++) {
    const response = await fetch(`${url}/tasks`, { headers: { authorization: `Bearer ${KEY}` } })
    t.equal(response.status, 200)
  }
  t.ok(performance.now() - started < 5_000)
  await Promise.all(sockets.map((socket) => socket.closed || new Promise((resolve) => socket.once('close', resolve))))
})

t.test('the limits of a server that nobody has changed', async (t) => {
  const { app } = await givenApi(t)
  t.match(app.server, { headersTimeout: 10_000, requestTimeout: 30_000, timeout: 60_000, keepAliveTimeout: 72_000 })
})

t.test('no header can be put into an answer, nor a line into the log', async (t) => {
  const { exchange } = await givenPort(t)
  const answer = async (line: string) => await exchange(`GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${line}\r\n\r\n`)
  const evils = [
    'x-request-id: a\r\n x-evil: 1',
    'x-request-id: a\nx-evil: 1',
    'x-request-id: a\rx-evil: 1',
    'x-request-id: a%0d%0ax-evil: 1',
    'x-request-id: a\u0000b',
    'x-request-id: a\u0085x-evil: 1',
    'x-request-id: "><script>',
    'traceparent: 00-x\r\n x-evil: 1',
    'origin: https://a\r\n x-evil: 1',
  ]
  for (const line of evils) {
    const head = (await answer(line)).split('\r\n\r\n')[0] ?? ''
    t.match(head, /^HTTP\/1\.1 4\d\d /, line)
    t.notMatch(head, /evil|script/, line)
    const id = /^x-request-id: (.*)$/m.exec(head)?.[1]
    if (id !== undefined) t.match(id, /^[0-9a-f-]{36}$/, line)
  }
  t.match(await answer('x-request-id: mine-1'), /\r\nx-request-id: mine-1\r\n/)
  t.match(await answer('x-request-id: one\r\nx-request-id: two'), /\r\nx-request-id: [0-9a-f-]{36}\r\n/, 'two are none')
})

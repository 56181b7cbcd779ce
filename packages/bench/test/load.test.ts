import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { readAnswer } from '../src/load/connection.ts'
import type { LoadSpec } from '../src/load/load-spec.ts'
import { requestMaker } from '../src/load/requests.ts'
import { runLoad } from '../src/load/run-load.ts'

/** A server that answers 201 after `delayMs`, and counts. */
async function givenServer(t: Test, { delayMs = 0, status = 201 } = {}) {
  const seen = { requests: 0, bodies: [] as string[] }
  const server = createServer(async (request, response) => {
    seen.requests++
    seen.bodies.push(Buffer.concat(await request.toArray()).toString())
    setTimeout(() => response.writeHead(status, { 'content-length': 2 }).end('{}'), delayMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const load = (url: string, more: Partial<LoadSpec> = {}): LoadSpec => ({
  url,
  connections: 4,
  requests: { kind: 'create' },
  status: 201,
  warmUpMs: 20,
  windowMs: 200,
  ...more,
})

t.test('every request is answered and counted, the last ones too', async (t) => {
  const { seen, url } = await givenServer(t, { delayMs: 5 })
  const result = await runLoad(load(url))
  t.equal(result.answered, seen.requests)
  t.equal(result.sentAt.length, seen.requests)
  t.ok(result.perSecond > 0 && result.p50 >= 4 && result.p99 >= result.p50, JSON.stringify(result))
})

t.test('no more requests than allowed', async (t) => {
  const { seen, url } = await givenServer(t)
  const { answered } = await runLoad(load(url, { most: 10, warmUpMs: 0 }))
  t.equal(answered, 10)
  t.equal(seen.requests, 10)
  const people = seen.bodies.map((body) => JSON.parse(body).assignee).toSorted()
  t.strictSame(
    people,
    Array.from({ length: 10 }, (_, n) => `person00${n}@example.org`),
  )
})

t.test('at a rate, waiting for a connection counts', async (t) => {
  const { url } = await givenServer(t, { delayMs: 50 })
  const { answered, p99 } = await runLoad(load(url, { connections: 1, rate: 40, windowMs: 500, warmUpMs: 0 }))
  t.ok(answered >= 19 && answered <= 20, `${answered} requests`)
  t.ok(p99 > 200, `each is sent later than it was due: p99 is ${p99} ms`)
})

t.test('another status, and another machine, are refused', async (t) => {
  const { url } = await givenServer(t, { status: 503 })
  await t.rejects(runLoad(load(url)), { message: 'Answered 503 instead of 201: {}' })
  await t.rejects(runLoad(load('http://192.0.2.1:80')), /127\.0\.0\.1 only/)
})

t.test('an answer in pieces', async (t) => {
  const whole = Buffer.from('HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nbody')
  for (let end = 0; end < whole.length; end++) t.equal(readAnswer(whole.subarray(0, end)), undefined)
  t.match(readAnswer(whole), { status: 201, body: Buffer.from('body') })
  t.throws(() => readAnswer(Buffer.from('HTTP/1.1 200 OK\r\n\r\n')), /no Content-Length/)
})

t.test('each connection moves tasks of its own, to and fro', async (t) => {
  const tasks = ['a', 'b', 'c'].map((id) => ({ id, status: 'Pending' }))
  const next = requestMaker({ kind: 'move', tasks }, 2)
  const said = [0, 0, 0, 1, 1].map((connection, n) => /tasks\/(\w).*"status":"(\w+)"/s.exec(next(connection, n))?.slice(1).join(' '))
  t.strictSame(said, ['a InProgress', 'c InProgress', 'a Pending', 'b InProgress', 'b Pending'])
})

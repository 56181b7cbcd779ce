import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsync } from 'fastify'
import t from 'tap'
import { givenApi, KEY } from './given-api.ts'

const OTHER_KEY = 'llk_other_0123456789abcdef'

/** An API with a shared route, whose handler waits until it is let go, and answers what was true when it began. */
async function givenHeldRoute(t: Parameters<typeof givenApi>[0]) {
  const calls: PromiseWithResolvers<void>[] = []
  const state = { truth: 1, fails: false }
  const plugin: FastifyPluginAsync = async (app) => {
    app.get('/held', { config: { authenticated: true, shared: true } }, async () => {
      const { truth, fails } = state
      const call = Promise.withResolvers<void>()
      calls.push(call)
      await call.promise
      if (fails) throw new Error('It broke.')
      return { truth }
    })
  }
  const api = await givenApi(t, 'pglite', { plugins: [plugin], apiKeys: [KEY, OTHER_KEY] })
  const ask = async (url = '/held', key = KEY) => {
    const { status, json } = await api.send('GET', url, undefined, { authorization: `Bearer ${key}` })
    return status === 200 ? json.truth : status
  }
  /** Waits until the handler was called so often. */
  const called = async (count: number) => {
    while (calls.length < count) await sleep(1)
  }
  const letGo = () => {
    for (const call of calls) call.resolve()
  }
  return { calls, state, ask, called, letGo }
}

t.test('who asks the same while an answer is being made shares the next one, which holds what was true when they asked', async (t) => {
  const { calls, state, ask, called, letGo } = await givenHeldRoute(t)
  const first = ask()
  await called(1)
  state.truth = 2
  const others = [ask(), ask(), ask()]
  await sleep(20)
  t.equal(calls.length, 1, 'one at a time')
  letGo()
  t.equal(await first, 1)
  await called(2)
  letGo()
  t.strictSame(await Promise.all(others), [2, 2, 2])
  t.equal(calls.length, 2)
  const later = ask()
  await called(3)
  letGo()
  t.equal(await later, 2, 'nothing is kept')
})

t.test('another address, and another principal, have answers of their own', async (t) => {
  const { calls, ask, called, letGo } = await givenHeldRoute(t)
  const asked = [ask(), ask('/held?a=1'), ask('/held', OTHER_KEY)]
  await called(3)
  letGo()
  t.strictSame(await Promise.all(asked), [1, 1, 1])
  t.equal(calls.length, 3)
})

t.test('an answer that fails fails for all who share it, and the next is made', async (t) => {
  const { calls, state, ask, called, letGo } = await givenHeldRoute(t)
  state.fails = true
  const failing = [ask(), ask()]
  await called(1)
  state.fails = false
  const next = ask()
  letGo()
  t.strictSame(await Promise.all(failing), [500, 500])
  await called(2)
  letGo()
  t.equal(await next, 1)
  t.equal(calls.length, 2)
})

t.test('fifty lists at once are all whole, and see a task that was acknowledged before', async (t) => {
  const api = await givenApi(t)
  const reading = Array.from({ length: 25 }, () => api.send('GET', '/tasks?limit=1'))
  const { id } = await api.create()
  reading.push(...Array.from({ length: 25 }, () => api.send('GET', '/tasks?limit=1')))
  const answers = await Promise.all(reading)
  t.ok(answers.every(({ status, headers }) => status === 200 && headers['content-type'] === 'application/json; charset=utf-8'))
  t.strictSame(new Set(answers.slice(25).map(({ json }) => json.items[0].id)), new Set([id]))
  const [head, got] = [await api.send('HEAD', '/tasks'), await api.send('GET', '/tasks')]
  t.match(head, { status: 200, body: '', headers: { 'content-length': String(Buffer.byteLength(got.body)) } })
})

import { givenUser } from '@lifeline/testing/given-user'
import { noteForSummary } from '@lifeline/testing/notes'
import fc from 'fast-check'
import t from 'tap'
import { makeChecker } from './fuzz/check-answer.ts'
import { makeMemory } from './fuzz/memory.ts'
import { type Operation, operationsOf } from './fuzz/operations.ts'
import { type Plan, requestsTo } from './fuzz/requests.ts'
import { givenApi, KEY } from './given-api.ts'
import { givenIncident } from './given-incident.ts'
import { givenKey, givenPerson } from './given-key.ts'

/** A run that failed is repeated by its seed: FUZZ_SEED=… npm test -- services/api/test/fuzz.test.ts; more of it by FUZZ_REQUESTS=… */
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 12_000)
const FUZZED = ['pglite', 'postgres'] as const
/** Sent at once, so that they meet. */
const AT_ONCE = 20

for (const [i, engine] of FUZZED.entries()) {
  t.test(`${engine}: whatever is sent to whichever operation, the answer is one that the OpenAPI document declares`, async (t) => {
    const seed = SEED + i * REQUESTS
    const { app, db, send, lines } = await givenApi(t, engine)
    const [admin, member] = [await givenKey(db, { ownerId: (await givenUser(db, { role: 'admin' })).id }), await givenPerson(db)]
    const operations = operationsOf((await send('GET', '/openapi.json')).json)
    const plans = fc.oneof(
      ...operations.map((operation) => ({
        arbitrary: requestsTo(operation, [KEY, admin.text, member.text]),
        weight: isSlow(operation) ? 1 : 8,
      })),
    )
    const check = makeChecker()
    const memory = makeMemory(KEY)
    // What no request of these makes.
    for (let i = 0; i < 5; i++) memory.keep({ id: (await givenIncident(db)).id }, undefined)
    const window = { name: 'x', startsAt: '2026-03-02T09:00:00Z', endsAt: '2030-01-01T00:00:00Z' }
    for (let i = 0; i < 5; i++) memory.keep((await send('POST', '/maintenance-windows', window)).json, undefined)
    /** Each mistake once, with the first request that showed it. */
    const mistakes = new Map<string, string>()
    const succeeded = new Map<string, number>()

    async function fuzz(plan: Plan) {
      const request = fill(plan, memory.fill)
      const { statusCode: status, headers, body } = await app.inject(request)
      const name = plan.operation === undefined ? 'another path or method' : nameOf(plan.operation)
      const mistake = check({ status, headers, body }, plan.operation, plan.method)
      if (mistake !== undefined && !mistakes.has(`${name} ${mistake}`)) mistakes.set(`${name} ${mistake}`, show(request, body))
      if (status >= 300) return
      succeeded.set(name, (succeeded.get(name) ?? 0) + 1)
      if (body.startsWith('{')) memory.keep(JSON.parse(body), headers.etag as string | undefined)
    }

    const batches = Math.ceil(REQUESTS / FUZZED.length / AT_ONCE)
    for (let batch = 0; batch < batches; batch++) {
      if (batch % 10 === 0) memory.keep((await send('POST', '/channels', channelOf(batch))).json, undefined)
      await Promise.all(fc.sample(plans, { numRuns: AT_ONCE, seed: seed + batch }).map(fuzz))
    }
    for (const line of lines.filter(({ level }) => Number(level) >= 50)) mistakes.set(`logs ${summary(line)}`, '')

    t.strictSame([...mistakes], [], `FUZZ_SEED=${SEED}`)
    t.notOk('polluted' in {}, 'no prototype was polluted')
    t.notMatch(JSON.stringify(lines), KEY, 'no key was logged')
    // Refusing everything would be right too, and show nothing.
    const successes = [...succeeded.values()].reduce((sum, n) => sum + n, 0)
    t.ok(successes > (batches * AT_ONCE) / 10, `${successes} of ${batches * AT_ONCE} requests succeeded`)
    const never = operations.map(nameOf).filter((name) => !succeeded.has(name))
    if (never.length > 0) noteForSummary(`Fuzzed, but never with success: ${never.join(', ')}.`)
  })
}

/** Hashing a password takes 30 ms and 19 MiB, and is meant to. */
const isSlow = ({ body }: Operation) => Object.keys(body?.properties ?? {}).some((name) => /password/i.test(name))

/** By chance alone hardly any settings fit their type. */
const channelOf = (n: number) => ({
  name: `Channel ${n}`,
  ...(n % 20 === 0
    ? { type: 'webhook', settings: { url: 'https://example.org/hook' } }
    : { type: 'email', settings: { addresses: ['a@example.org'] } }),
})

const nameOf = ({ method, path }: Operation) => `${method} ${path}`

function fill({ method, path, tail, query, headers, body, remoteAddress }: Plan, put: (text: string) => string) {
  const pairs = query.map(([name, value]) => `${encode(name)}=${encode(put(value))}`)
  const search = pairs.length === 0 ? '' : `${tail.includes('?') ? '&' : '?'}${pairs.join('&')}`
  return {
    method: method as 'GET',
    url: `/${path.map((segment) => encode(put(segment))).join('/')}${tail}${search}`,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, put(value)])),
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? put(body) : body }),
    remoteAddress,
  }
}

/** Half of a surrogate pair has no UTF-8; some send these bytes all the same. */
const encode = (text: string) => (text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80')

/** An error as it was logged, in its first lines. */
function summary({ msg, err }: Record<string, unknown>): string {
  const { message = msg, stack = '' } = (err ?? {}) as { message?: string; stack?: string }
  const own = stack.split('\n').filter((line) => /^\s+at .*\/src\//.test(line) && !line.includes('node_modules'))
  return [message, ...own.slice(0, 3)].join('\n')
}

function show({ method, url, headers, payload }: ReturnType<typeof fill>, answer: string): string {
  return `${method} ${url} ${JSON.stringify(headers)} ${String(payload ?? '').slice(0, 500)} -> ${answer.slice(0, 500)}`
}

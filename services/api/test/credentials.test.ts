import { type BearerOptions, readBearers } from '@lifeline/api/identity/bearer'
import { makeCredentialCache } from '@lifeline/api/identity/credential-cache'
import type { Principal } from '@lifeline/api/identity/principal'
import { RequestError } from '@lifeline/api/problem'
import { makeLog } from '@lifeline/backbone/process/log'
import { permissionsOf } from '@lifeline/backbone/roles'
import { freshDatabase } from '@lifeline/testing/databases'
import t, { type Test } from 'tap'
import { KEY } from './given-api.ts'
import { givenKey } from './given-key.ts'

/** Looks that are answered by hand. */
function givenCache() {
  const looks: { name: string; answer: (value: object) => void; fail: (error: Error) => void }[] = []
  const cache = makeCredentialCache<object>((name) => new Promise((answer, fail) => looks.push({ name, answer, fail })))
  return { cache, looks }
}

t.test('who ask at once share one look, and its answer is remembered', async (t) => {
  const { cache, looks } = givenCache()
  const asked = [cache.find('key:1'), cache.find('key:1'), cache.find('session:1')]
  t.strictSame(
    looks.map(({ name }) => name),
    ['key:1', 'session:1'],
  )
  const [key, session] = [{ key: 1 }, { session: 1 }]
  looks[0]?.answer(key)
  looks[1]?.answer(session)
  t.strictSame(await Promise.all(asked), [key, key, session])
  t.equal(await cache.find('key:1'), key)
  t.equal(looks.length, 2)
})

t.test('a look that began before a change is answered, and not remembered', async (t) => {
  const { cache, looks } = givenCache()
  const early = cache.find('key:1')
  cache.forget()
  const late = cache.find('key:1')
  const [old, fresh] = [{ status: 'Active' }, { status: 'Revoked' }]
  looks[1]?.answer(fresh)
  looks[0]?.answer(old)
  t.equal(await early, old)
  t.equal(await late, fresh)
  t.equal(await cache.find('key:1'), fresh)
})

t.test('a look that failed is made again', async (t) => {
  const { cache, looks } = givenCache()
  const first = cache.find('key:1')
  looks[0]?.fail(new Error('away'))
  await t.rejects(first, /away/)
  const second = cache.find('key:1')
  looks[1]?.answer({})
  t.strictSame(await second, {})
})

const ANN: Principal = { id: 'user:ann', permissions: permissionsOf('member') }

const NO_TOKENS: BearerOptions['tokens'] = {
  verify: async () => {
    throw new RequestError('unauthorized', 'This is no access token of ours.')
  },
  loadSession: async () => undefined,
}

async function givenBearers(t: Test, tokens: BearerOptions['tokens']) {
  const db = await freshDatabase(t, 'pglite')
  const bearers = readBearers({ db, apiKeys: [KEY], log: makeLog('api', 'silent'), tokens })
  t.after(() => bearers.close())
  return { db, ...bearers }
}

t.test(
  'a token is verified and its session looked up once in a while, and the session at once after a change; a wrong token always is',
  async (t) => {
    const seen: string[] = []
    let session: Principal | undefined = ANN
    const { principalOf, forget } = await givenBearers(t, {
      async verify(token) {
        seen.push(`verify ${token}`)
        if (token !== 'a.b.c') throw new RequestError('unauthorized', 'This is no access token of ours.')
        return { userId: 'ann', sessionId: 's1' }
      },
      async loadSession(_, sessionId) {
        seen.push(`load ${sessionId}`)
        return session
      },
    })
    t.equal(await principalOf('a.b.c'), ANN)
    t.equal(await principalOf('a.b.c'), ANN)
    session = undefined
    forget()
    await t.rejects(principalOf('a.b.c'), { code: 'unauthorized', message: 'This session is over; log in again.' })
    for (const _ of [1, 2]) await t.rejects(principalOf('a.b.d'), { code: 'unauthorized', message: /no access token/ })
    t.strictSame(seen, ['verify a.b.c', 'load s1', 'load s1', 'verify a.b.d', 'verify a.b.d'])
  },
)

t.test('a session and a key of the same id are not taken for each other', async (t) => {
  const { principalOf, db } = await givenBearers(t, {
    verify: async (token) => ({ userId: 'ann', sessionId: token }),
    loadSession: async () => ANN,
  })
  const { id, text } = await givenKey(db)
  t.equal(await principalOf(id), ANN)
  t.match(await principalOf(text), { id: `key:${id}` })
  t.equal(await principalOf(id), ANN)
})

t.test('a key that the environment and the database both have by id is the environment’s', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const { text } = await givenKey(db, { scopes: ['task:read'] })
  const mine = `${text.split('_').slice(0, 2).join('_')}_0123456789abcdef`
  const { principalOf, close } = readBearers({ db, apiKeys: [mine], log: makeLog('api', 'silent'), tokens: NO_TOKENS })
  t.after(close)
  t.ok((await principalOf(mine)).permissions.has('key:create'))
  await t.rejects(principalOf(text), { code: 'unauthorized' })
})

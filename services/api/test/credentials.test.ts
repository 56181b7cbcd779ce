import { makeCredentialCache } from '@lifeline/api/identity/credential-cache'
import t from 'tap'

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

import { openDatabase } from '@lifeline/backbone/db/open'
import { CONCURRENT_ENGINES, ENGINES, freshDatabaseUrl } from '@lifeline/testing/databases'
import t from 'tap'
import { givenApi } from './given-api.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: a change goes through at the version that If-Match names, else 412 with the present ETag`, async (t) => {
    const { send, create } = await givenApi(t, engine)
    const { id } = await create()
    const edit = (ifMatch: string, title = 'New') => send('PATCH', `/tasks/${id}`, { title }, { 'if-match': ifMatch })
    t.match(await edit('"1"'), { status: 200, headers: { etag: '"2"' } })
    t.match(await edit('"1"', 'Newer'), {
      status: 412,
      headers: { etag: '"2"' },
      json: { code: 'precondition_failed', detail: /its ETag is "2"/, errors: [{ in: 'header', pointer: '/if-match', detail: /"2"/ }] },
    })
    t.match(await send('PATCH', `/tasks/${id}/status`, { status: 'InProgress' }, { 'if-match': '"1"' }), { status: 412 })
    t.match(await send('PATCH', `/tasks/${id}/status`, { status: 'InProgress' }, { 'if-match': '"2"' }), { status: 200 })
    t.match(await send('DELETE', `/tasks/${id}`, undefined, { 'if-match': '"2"' }), { status: 412, headers: { etag: '"3"' } })
    t.match(await send('DELETE', `/tasks/${id}`, undefined, { 'if-match': '"3"' }), { status: 204 })
    t.match(await send('DELETE', `/tasks/${id}`, undefined, { 'if-match': '"4"' }), { status: 404 }, 'what is not there has no version')
  })
}

const { send, create } = await givenApi(t)

t.test('If-Match is compared strongly; a list and * are allowed', async (t) => {
  const { id } = await create()
  const answers: readonly (readonly [ifMatch: string, status: number])[] = [
    ['*', 200],
    ['"7", "1"', 200],
    ['"a,b","1"', 200],
    [', "1" ,', 200],
    ['W/"1"', 412],
    ['"01"', 412],
    ['"1.0"', 412],
    ['"2"', 412],
    ['""', 412],
    ['"abc"', 412],
    ['"99999999999999999999"', 412],
  ]
  // The same title again changes nothing, so that all of them meet version 1.
  for (const [ifMatch, status] of answers) {
    t.equal((await send('PATCH', `/tasks/${id}`, { title: 'Answer the letter' }, { 'if-match': ifMatch })).status, status, ifMatch)
  }
})

const NO_LISTS = ['', '1', '"1', '1"', '"1" "2"', '*, "1"', 'w/"1"', '"1";', ',', '"a\tb"']

t.test('a list of tags that is none is 422 and named', async (t) => {
  const { id } = await create()
  for (const bad of NO_LISTS) {
    const change = await send('PATCH', `/tasks/${id}`, { title: 'New' }, { 'if-match': bad })
    t.match(change, { status: 422, json: { errors: [{ in: 'header', pointer: '/if-match', detail: /in double quotes/ }] } }, bad)
    const read = await send('GET', `/tasks/${id}`, undefined, { 'if-none-match': bad })
    t.match(read, { status: 422, json: { errors: [{ in: 'header', pointer: '/if-none-match' }] } }, bad)
  }
})

t.test('a refusal for another reason stays what it is', async (t) => {
  const { id } = await create()
  t.match(await send('PATCH', `/tasks/${id}/status`, { status: 'Completed' }, { 'if-match': '"1"' }), { status: 409 })
  t.match(await send('PATCH', `/tasks/${id}`, { title: '' }, { 'if-match': '"9"' }), { status: 422 })
})

t.test('what the client has already is 304, with the ETag and without a body', async (t) => {
  const { id } = await create()
  const read = (ifNoneMatch: string) => send('GET', `/tasks/${id}`, undefined, { 'if-none-match': ifNoneMatch })
  for (const known of ['"1"', 'W/"1"', '*', '"7", "1"']) {
    const { status, headers, body } = await read(known)
    t.strictSame([status, headers.etag, body, headers['content-type']], [304, '"1"', '', undefined], known)
  }
  for (const other of ['"2"', '"abc"', '"01"']) t.match(await read(other), { status: 200, headers: { etag: '"1"' }, json: { id } }, other)
  t.equal((await send('HEAD', `/tasks/${id}`, undefined, { 'if-none-match': '"1"' })).status, 304)
  t.equal((await send('GET', '/tasks/00000000-0000-7000-8000-000000000000', undefined, { 'if-none-match': '*' })).status, 404)
})

t.test('postgres: of many who saw the same version, one gets through', async (t) => {
  const { send, create } = await givenApi(t, 'postgres')
  const { id } = await create()
  const edits = Array.from({ length: 10 }, (_, i) => send('PATCH', `/tasks/${id}`, { title: `Title ${i}` }, { 'if-match': '"1"' }))
  const statuses = (await Promise.all(edits)).map(({ status }) => status)
  t.strictSame(statuses.sort(), [200, ...Array(9).fill(412)])
  t.equal((await send('GET', `/tasks/${id}`)).json.version, 2)
})

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: of two processes one gets through; the other has lost the race, and is not decided again into success`, async (t) => {
    const url = await freshDatabaseUrl(t, engine)
    const apis = [
      await givenApi(t, engine, { db: await openDatabase(url) }),
      await givenApi(t, engine, { db: await openDatabase(url) }),
    ] as const
    for (const api of apis) t.after(() => api.db.destroy())
    for (let round = 0; round < 20; round++) {
      const { id } = await apis[0].create()
      const answers = await Promise.all(
        apis.map((api, i) => api.send('PATCH', `/tasks/${id}`, { title: `Title ${i}` }, { 'if-match': '"1"' })),
      )
      t.strictSame(answers.map(({ status }) => status).sort(), [200, 412])
      t.equal((await apis[0].send('GET', `/tasks/${id}`)).json.version, 2)
    }
  })
}

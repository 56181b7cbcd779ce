import { ENGINES } from '@lifeline/testing/databases'
import t from 'tap'
import { givenApi } from './given-api.ts'

type Item = { title: string; version: number }
const titles = (answer: { json?: { items: Item[] } }) => answer.json?.items.map(({ title }) => title).join('')

/** Tasks a to e, a minute apart; a and c are labelled red, e is due. */
async function givenFive(api: Awaited<ReturnType<typeof givenApi>>) {
  for (const title of 'abcde') {
    await api.create({
      title,
      ...('ac'.includes(title) ? { labels: ['red'] } : {}),
      ...(title === 'e' ? { dueAt: '2026-03-03T00:00:00Z' } : {}),
    })
    api.clock.advance(60_000)
  }
}

for (const engine of ENGINES) {
  t.test(`${engine}: tasks are listed newest first, by filter`, async (t) => {
    const api = await givenApi(t, engine)
    await givenFive(api)
    const [{ id }] = (await api.send('GET', '/tasks?externalRef=none')).json.items.concat(
      (await api.send('GET', '/tasks?limit=1')).json.items,
    )
    await api.move(id, 'OnHold')
    const cases: [query: string, titles: string][] = [
      ['', 'edcba'],
      ['label=red', 'ca'],
      ['status=OnHold', 'e'],
      ['status=Pending&status=OnHold', 'edcba'],
      ['status=Pending&label=red', 'ca'],
      ['assignee=bob%40example.org', 'edcba'],
      ['assignee=eve%40example.org', ''],
      ['createdBy=key%3Atest', 'edcba'],
      ['overdue=false', 'edcba'],
      ['overdue=true', ''],
      ['dueBefore=2026-03-03T00:00:01Z', 'e'],
      ['dueAfter=2026-03-03T00:00:00%2B01:00', 'e'],
      ['createdFrom=2026-03-02T09:01:00Z&createdTo=2026-03-02T09:03:00Z', 'cb'],
    ]
    for (const [query, expected] of cases) t.equal(titles(await api.send('GET', `/api/v1/tasks?${query}`)), expected, query)
  })

  t.test(`${engine}: cursors lead through a list without gaps or repeats, also while it grows`, async (t) => {
    const api = await givenApi(t, engine)
    await givenFive(api)
    const first = await api.send('GET', '/tasks?limit=2')
    await api.create({ title: 'f' })
    const second = await api.send('GET', `/tasks?limit=2&cursor=${first.json.nextCursor}`)
    const third = await api.send('GET', `/tasks?limit=3&cursor=${second.json.nextCursor}`)
    t.strictSame([first, second, third].map(titles), ['ed', 'cb', 'a'])
    t.equal(third.json.nextCursor, null)
    t.strictSame(Object.keys(first.json), ['items', 'nextCursor'])
  })

  t.test(`${engine}: pages may be counted instead`, async (t) => {
    const api = await givenApi(t, engine)
    await givenFive(api)
    const second = await api.send('GET', '/tasks?page=2&pageSize=2')
    t.equal(titles(second), 'cb')
    t.match(second.json, { total: 5, page: 2, pageSize: 2 })
    t.match((await api.send('GET', '/tasks?page=9')).json, { items: [], nextCursor: null, total: 5, page: 9, pageSize: 50 })
    t.match((await api.send('GET', '/tasks?pageSize=1&label=red')).json, { total: 2, page: 1 })
  })

  t.test(`${engine}: a log is read oldest first, in pages`, async (t) => {
    const api = await givenApi(t, engine)
    const { id } = await api.create({}, { 'lifeline-actor': 'ann@example.org' })
    await api.send('PATCH', `/tasks/${id}`, { title: 'New', dueAt: '2026-03-03T00:00:00Z' })
    await api.send('PATCH', `/tasks/${id}/status`, { status: 'OnHold', reason: 'waiting' })
    const first = await api.send('GET', `/tasks/${id}/logs?limit=2`)
    t.strictSame(first.json.items, [
      {
        version: 1,
        action: 'created',
        fromStatus: null,
        toStatus: 'Pending',
        actor: 'mailto:ann@example.org',
        reason: null,
        changes: null,
        at: '2026-03-02T09:00:00.000Z',
      },
      {
        version: 2,
        action: 'edited',
        fromStatus: 'Pending',
        toStatus: 'Pending',
        actor: 'key:test',
        reason: null,
        changes: { title: { from: 'Answer the letter', to: 'New' }, dueAt: { from: null, to: '2026-03-03T00:00:00.000Z' } },
        at: '2026-03-02T09:00:00.000Z',
      },
    ])
    const rest = await api.send('GET', `/tasks/${id}/logs?limit=2&cursor=${first.json.nextCursor}`)
    t.match(rest.json, { items: [{ version: 3, action: 'moved', toStatus: 'OnHold', reason: 'waiting' }], nextCursor: null })
  })
}

t.test('a cursor is refused with other filters, for another list, or when it is none', async (t) => {
  const api = await givenApi(t)
  await givenFive(api)
  const { id } = await api.create()
  const { nextCursor } = (await api.send('GET', '/tasks?limit=1&label=red')).json
  t.equal((await api.send('GET', `/tasks?limit=9&label=red&cursor=${nextCursor}`)).status, 200)
  const forged = Buffer.from(JSON.stringify(["x' or 1=1", 'x'])).toString('base64url')
  for (const query of [`cursor=${nextCursor}`, `label=blue&cursor=${nextCursor}`, 'cursor=nonsense', 'cursor=bnVsbA', `cursor=${forged}`]) {
    t.match(await api.send('GET', `/tasks?${query}`), { status: 400, json: { code: 'bad_cursor' } }, query)
  }
  t.equal((await api.send('GET', `/tasks/${id}/logs?cursor=${nextCursor}`)).status, 400)
})

t.test('a query that makes no sense is 422 and names the parameter', async (t) => {
  const { send } = await givenApi(t)
  const cases: [query: string, pointer: string, words: RegExp][] = [
    ['limit=0', '/limit', /1 to 200/],
    ['limit=201', '/limit', /1 to 200/],
    ['limit=ten', '/limit', /whole number.*"ten"/],
    ['limit=1&limit=2', '/limit', /list of 2/],
    ['page=0', '/page', /whole number from 1/],
    ['page=3&limit=10', '/limit', /without page/],
    ['page=3&cursor=x', '/cursor', /without page/],
    ['page=51&pageSize=200', '/page', /first 10000/],
    ['status=Done', '/status/0', /one of Pending/],
    ['overdue=maybe', '/overdue', /true or false/],
    ['dueBefore=today', '/dueBefore', /RFC 3339/],
    ['assignee=', '/assignee', /1 to 254/],
    ['assignee=%00', '/assignee', /U\+0000/],
    ['asignee=x', '/asignee', /not known.*assignee/],
  ]
  for (const [query, pointer, detail] of cases) {
    t.match(await send('GET', `/tasks?${query}`), { status: 422, json: { errors: [{ in: 'query', pointer, detail }] } }, query)
  }
})

t.test('a number beyond all numbers is refused like any other that is too large', async (t) => {
  const { send } = await givenApi(t)
  for (const number of ['1e309', '-1e309', '9'.repeat(400)]) {
    const { status, json } = await send('GET', `/tasks?limit=${number}`)
    t.match({ status, json }, { status: 422, json: { code: 'invalid', errors: [{ in: 'query', pointer: '/limit' }] } }, number)
  }
})

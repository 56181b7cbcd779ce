import t from 'tap'
import { givenApi } from './given-api.ts'
import { givenPerson } from './given-key.ts'

type Bearer = Record<string, string>

async function givenTeam(t: Parameters<typeof givenApi>[0]) {
  const api = await givenApi(t)
  const { db, send } = api
  const ann = await givenPerson(db, { email: 'Ann@example.org', role: 'member' })
  const bob = await givenPerson(db, { email: 'bob@example.org', role: 'customer' })
  const unverified = await givenPerson(db, { email: 'eve@example.org', role: 'member', status: 'Unverified' })
  const operator = await givenPerson(db, { role: 'operator' })
  const titles = async (bearer: Bearer, query = '') =>
    (await send('GET', `/tasks${query}`, undefined, bearer)).json.items.map(({ title }: { title: string }) => title).join()
  return { ...api, ann, bob, unverified, operator, titles }
}

t.test("a task made with a person's key is that person's, and the log names the key", async (t) => {
  const { send, ann } = await givenTeam(t)
  const { status, json } = await send('POST', '/tasks', { title: 'x', assignee: 'Bob@Example.org' }, ann.bearer)
  t.match({ status, json }, { status: 201, json: { createdBy: `user:${ann.id}`, assignee: 'bob@example.org' } })
  t.match((await send('GET', `/tasks/${json.id}/logs`, undefined, ann.bearer)).json.items, [{ actor: `key:${ann.keyId}` }])
})

t.test('people see what they made, what was made in their name, and what is assigned to their verified address', async (t) => {
  const { send, create, ann, bob, unverified, operator, titles } = await givenTeam(t)
  await send('POST', '/tasks', { title: 'made', assignee: 'bob@example.org' }, ann.bearer)
  await create({ title: 'named', assignee: 'zoe@example.org' }, { 'lifeline-actor': 'ANN@Example.org' })
  await create({ title: 'assigned', assignee: 'ann@EXAMPLE.org' })
  await create({ title: 'eves', assignee: 'eve@example.org' }, { 'lifeline-actor': 'eve@example.org' })
  t.equal(await titles(ann.bearer), 'assigned,named,made')
  t.equal(await titles(bob.bearer), 'made')
  t.equal(await titles(unverified.bearer), '', 'who says to be eve has to prove it')
  t.equal(await titles(operator.bearer), 'eves,assigned,named,made')
  t.equal(await titles(ann.bearer, '?assignee=BOB@example.org'), 'made')
  t.equal(await titles(ann.bearer, '?createdBy=mailto:Ann@example.org'), 'named')
  t.equal(await titles(ann.bearer, '?status=Completed'), '')
})

t.test('pages, totals and metrics of a list count the own ones only', async (t) => {
  const { send, create, ann, titles } = await givenTeam(t)
  for (let i = 0; i < 5; i++) {
    await create({ title: `a${i}`, assignee: 'ann@example.org' })
    await create({ title: `b${i}`, assignee: 'bob@example.org' })
  }
  const first = (await send('GET', '/tasks?limit=2', undefined, ann.bearer)).json
  t.equal(await titles(ann.bearer, `?limit=2&cursor=${first.nextCursor}`), 'a2,a1')
  t.match((await send('GET', '/tasks?page=2&pageSize=2', undefined, ann.bearer)).json, {
    total: 5,
    items: [{ title: 'a2' }, { title: 'a1' }],
  })
  t.equal((await send('GET', '/tasks/metrics', undefined, ann.bearer)).json.items.length, 5)
})

t.test('what is not one’s own is not there, whatever is done to it, and an unknown id looks the same', async (t) => {
  const { send, create, unverified } = await givenTeam(t)
  const { id } = await create({ title: 'x', assignee: 'eve@example.org' })
  const calls = [
    ['GET', ''],
    ['GET', '/logs'],
    ['GET', '/metrics'],
    ['PATCH', '', { title: 'mine' }],
    ['PATCH', '/status', { status: 'InProgress' }],
    ['PATCH', '/status', { status: 'Completed' }],
    ['DELETE', ''],
  ] as const
  for (const [method, path, body] of calls) {
    const theirs = await send(method, `/tasks/${id}${path}`, body, unverified.bearer)
    const nobodys = await send(method, `/tasks/0192f0c1-0000-7000-8000-000000000001${path}`, body, unverified.bearer)
    const plain = ({ status, json }: typeof theirs) => ({
      status,
      json: { ...json, request_id: '', detail: json.detail.replace(/[0-9a-f-]{36}/, '') },
    })
    t.equal(theirs.status, 404)
    t.strictSame(plain(theirs), plain(nobodys), `${method} ${path}`)
  }
  t.match((await send('GET', `/tasks/${id}`)).json, { title: 'x', status: 'Pending', version: 1 })
})

t.test('whoever gives a task away has it no more', async (t) => {
  const { send, create, bob, operator } = await givenTeam(t)
  const { id } = await create({ assignee: 'bob@example.org' })
  t.equal((await send('PATCH', `/tasks/${id}/status`, { status: 'InProgress' }, bob.bearer)).status, 200)
  t.equal((await send('PATCH', `/tasks/${id}`, { assignee: 'Zoe@example.org' }, operator.bearer)).json.assignee, 'zoe@example.org')
  t.equal((await send('PATCH', `/tasks/${id}/status`, { status: 'OnHold' }, bob.bearer)).status, 404)
  t.equal((await send('GET', `/tasks/${id}/logs`, undefined, bob.bearer)).status, 404)
})

import t from 'tap'
import { givenApi } from './given-api.ts'
import { givenPerson } from './given-key.ts'

async function givenStory(t: Parameters<typeof givenApi>[0]) {
  const api = await givenApi(t)
  const { create, clock, send, move, db } = api
  const ann = await givenPerson(db, { role: 'admin' })
  const task = await create()
  clock.set('2026-03-02T10:00:00.000Z')
  await move(task.id, 'InProgress')
  const key = (await send('POST', '/keys', { name: 'ci' }, ann.bearer)).json
  return { ...api, ann, task, key }
}

t.test('an administrator reads who did what, of all kinds, newest first', async (t) => {
  const { send, ann, task, key } = await givenStory(t)
  const { json } = await send('GET', '/audit?to=2026-03-03T00:00:00Z', undefined, ann.bearer)
  t.match(json.items, [
    {
      at: '2026-03-02T10:00:00.000Z',
      kind: 'task',
      id: task.id,
      subject: `task/${task.id}`,
      version: 2,
      action: 'moved',
      fromStatus: 'Pending',
      toStatus: 'InProgress',
      actor: 'key:test',
      reason: null,
      changes: { status: { from: 'Pending', to: 'InProgress' } },
    },
    { kind: 'key', subject: `key/${key.id}`, action: 'created', actor: `key:${ann.keyId}`, changes: null },
    { kind: 'task', action: 'created', version: 1, at: '2026-03-02T09:00:00.000Z' },
  ])
  t.equal(json.nextCursor, null)
})

t.test('it is asked by actor, kind, subject and time, in pages', async (t) => {
  const { send, ann, task } = await givenStory(t)
  const found = async (query: string) =>
    (await send('GET', `/audit?to=2026-03-03T00:00:00Z&${query}`)).json.items.map(({ kind, version }: never) => `${kind} ${version}`).join()
  t.equal(await found(''), 'task 2,key 1,task 1')
  t.equal(await found('actor=key:test'), 'task 2,task 1')
  t.equal(await found(`actor=key:${ann.keyId}`), 'key 1')
  t.equal(await found('kind=key'), 'key 1')
  t.equal(await found(`subject=task/${task.id.toUpperCase()}`), 'task 2,task 1')
  t.equal(await found('from=2026-03-02T10:00:00Z'), 'task 2,key 1')
  const first = (await send('GET', '/audit?limit=2&to=2026-03-03T00:00:00Z')).json
  t.equal(await found(`limit=2&cursor=${first.nextCursor}`), 'task 1')
  t.match(await send('GET', `/audit?cursor=${first.nextCursor}`), { status: 400, json: { code: 'bad_cursor' } }, 'of other filters')
})

t.test('what cannot be a filter is refused with its name', async (t) => {
  const { send } = await givenApi(t)
  const wrong = [
    'kind=order',
    'subject=task',
    'subject=task/7',
    'subject=order/0192f0c1-0000-7000-8000-000000000001',
    'from=now',
    'actor=',
    'limit=0',
    'x=1',
  ]
  for (const query of wrong) {
    t.match(await send('GET', `/audit?${query}`), { status: 422, json: { errors: [{ pointer: `/${query.split('=')[0]}` }] } }, query)
  }
  const other = 'kind=key&subject=task/0192f0c1-0000-7000-8000-000000000001'
  t.match(await send('GET', `/audit?${other}`), { status: 422, json: { errors: [{ pointer: '/subject' }] } })
  t.match(await send('GET', '/audit?cursor=abc'), { status: 400, json: { code: 'bad_cursor' } })
})

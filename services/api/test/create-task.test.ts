import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { givenApi } from './given-api.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: a new task is answered whole, with its place and its version`, async (t) => {
    const { send } = await givenApi(t, engine)
    const body = {
      title: 'Answer the letter',
      assignee: 'bob@example.org',
      description: 'Politely.',
      dueAt: '2026-03-03T12:00:00.5+02:00',
      remindBefore: ['PT24H'],
      labels: ['post', 'letter', 'post'],
      externalRef: 'L-7',
    }
    const { status, headers, json } = await send('POST', '/api/v1/tasks', body, { 'lifeline-actor': 'ann@example.org' })
    t.equal(status, 201)
    t.strictSame(json, {
      ...body,
      id: json.id,
      status: 'Pending',
      createdBy: 'mailto:ann@example.org',
      dueAt: '2026-03-03T10:00:00.500Z',
      labels: ['letter', 'post'],
      version: 1,
      createdAt: '2026-03-02T09:00:00.000Z',
      updatedAt: '2026-03-02T09:00:00.000Z',
      startedAt: null,
      completedAt: null,
      deadlinePassedAt: null,
      overdue: false,
    })
    t.match(headers, { location: `/api/v1/tasks/${json.id}`, etag: '"1"', 'content-type': /^application\/json/ })
    const read = await send('GET', `/api/v1/tasks/${json.id}`)
    t.strictSame(read.json, json)
    t.equal(read.headers.etag, '"1"')
  })

  t.test(`${engine}: an externalRef that is taken is a conflict that names it, and nothing is created`, async (t) => {
    const { create, send } = await givenApi(t, engine)
    await create({ externalRef: 'L-7' })
    const again = await send('POST', '/tasks', { title: 'x', assignee: 'bob@example.org', externalRef: 'L-7' })
    t.match(again, { status: 409, json: { code: 'not_unique', errors: [{ in: 'body', pointer: '/externalRef' }] } })
    t.equal((await send('GET', '/tasks')).json.items.length, 1)
  })
}

t.test('a task of the largest legal size is taken', async (t) => {
  const { create } = await givenApi(t)
  const task = await create({
    title: '😀'.repeat(200),
    description: 'é'.repeat(2000),
    assignee: `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`,
    remindBefore: ['PT1S', 'P9999D', 'PT99999H', 'PT999999M', 'P1DT2H3M4S'],
    dueAt: '9999-12-31T23:59:59Z',
    labels: Array.from({ length: 20 }, (_, i) => `${i}`.padStart(50, 'ü')),
    externalRef: 'ß'.repeat(200),
  })
  t.equal([...(task.title as string)].length, 200)
})

t.test('empty and null mean absent', async (t) => {
  const { create } = await givenApi(t)
  const task = await create({ description: '', dueAt: null, remindBefore: null, labels: null, externalRef: '' })
  t.match(task, { description: null, dueAt: null, remindBefore: [], labels: [], externalRef: null })
})

t.test('a dueAt in the past is taken: it passes at the next tick', async (t) => {
  const { create } = await givenApi(t)
  t.match(await create({ dueAt: '1970-01-01T00:00:00Z' }), { dueAt: '1970-01-01T00:00:00.000Z', overdue: false })
})

t.test('the actor is the key, unless the key names a person', async (t) => {
  const { create, send } = await givenApi(t)
  t.match(await create(), { createdBy: 'key:test' })
  for (const address of ['ann', 'ann@', 'ann@example.org, bob@example.org', ' ']) {
    const { status, json } = await send('GET', '/tasks', undefined, { 'lifeline-actor': address })
    t.match({ status, json }, { status: 422, json: { errors: [{ in: 'header', pointer: '/lifeline-actor' }] } }, address)
  }
})

t.test("the caller's trace goes into the event", async (t) => {
  const { create, db } = await givenApi(t)
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const headers = async (id: string) => {
    const row = await db.selectFrom('outbox').select('headers').where('subject', '=', `task/${id}`).executeTakeFirstOrThrow()
    return JSON.parse(row.headers)
  }
  t.equal((await headers((await create({}, { traceparent })).id)).traceparent, traceparent)
  const made = await headers((await create({}, { traceparent: '00-0-0-00' })).id)
  t.match(made.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
})

t.test('after each committed write, and only then, the relay is nudged and the counters count', async (t) => {
  let nudges = 0
  const db = await freshDatabase(t, 'pglite')
  const writer = makeWriter(db, { onCommit: () => nudges++ })
  const { create, send, move } = await givenApi(t, 'pglite', { db, writer })
  const counted = async () => {
    const { body } = await send('GET', '/metrics')
    return body.match(/^task(s_created_total|_moves_total\{.*\}) \d+$/gm)?.map((line) => line.replace(/"/g, '')) ?? []
  }
  const before = Number((await counted())[0]?.split(' ')[1])
  const { id } = await create({ externalRef: 'r' })
  await send('POST', '/tasks', { title: 'x', assignee: 'bob@example.org', externalRef: 'r' })
  t.equal(nudges, 1)
  await move(id, 'OnHold')
  await move(id, 'OnHold')
  await move(id, 'Completed')
  await move(id, 'OnHold')
  t.equal(nudges, 3)
  const [created, ...moves] = await counted()
  t.equal(created, `tasks_created_total ${before + 1}`)
  t.strictSame(moves, ['task_moves_total{from=Pending,to=OnHold} 1', 'task_moves_total{from=OnHold,to=Completed} 1'])
  await send('PATCH', `/tasks/${id}`, { title: 'y' })
  await send('DELETE', `/tasks/${id}`)
  t.equal(nudges, 5)
})

import { ENGINES } from '@lifeline/testing/databases'
import t from 'tap'
import { givenApi } from './given-api.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: a task is moved, with a reason, and each answer has the new version`, async (t) => {
    const { send, create, clock } = await givenApi(t, engine)
    const { id } = await create()
    clock.advance(60_000)
    const started = await send('PATCH', `/tasks/${id}/status`, { status: 'InProgress', reason: 'it is time' })
    t.match(started, {
      status: 200,
      headers: { etag: '"2"' },
      json: { status: 'InProgress', version: 2, startedAt: '2026-03-02T09:01:00.000Z' },
    })
    const done = await send('PATCH', `/tasks/${id}/status`, { status: 'Completed' })
    t.match(done.json, { status: 'Completed', completedAt: '2026-03-02T09:01:00.000Z', version: 3 })
  })

  t.test(`${engine}: an illegal move is 409 with what is allowed, and nothing changes`, async (t) => {
    const { send, create, move } = await givenApi(t, engine)
    const task = await create()
    const { status, json } = await move(task.id, 'Completed')
    t.match({ status, json }, { status: 409, json: { code: 'illegal_move', errors: [{ in: 'body', pointer: '/status' }] } })
    t.strictSame(json.allowed, ['InProgress', 'OnHold', 'Cancelled'])
    t.strictSame((await send('GET', `/tasks/${task.id}`)).json, task)
  })

  t.test(`${engine}: the present status again is 200 and leaves no trace`, async (t) => {
    const { send, create, move } = await givenApi(t, engine)
    const task = await create()
    const again = await move(task.id, 'Pending')
    t.match(again, { status: 200, headers: { etag: '"1"' } })
    t.strictSame(again.json, task)
    t.equal((await send('GET', `/tasks/${task.id}/logs`)).json.items.length, 1)
  })

  t.test(`${engine}: an edit sets what it names; null and '' clear; the rest stays`, async (t) => {
    const { send, create } = await givenApi(t, engine)
    const { id } = await create({ description: 'old', labels: ['a'], dueAt: '2026-03-03T12:00:00Z', remindBefore: ['PT1H'] })
    const edited = await send('PATCH', `/tasks/${id}`, { title: 'New', labels: ['c', 'b'] })
    t.match(edited, {
      status: 200,
      headers: { etag: '"2"' },
      json: { title: 'New', labels: ['b', 'c'], description: 'old', remindBefore: ['PT1H'] },
    })
    const cleared = await send('PATCH', `/tasks/${id}`, { description: '', labels: null, dueAt: null, remindBefore: null })
    t.match(cleared.json, { title: 'New', labels: [], description: null, dueAt: null, remindBefore: [], version: 3 })
    const same = await send('PATCH', `/tasks/${id}`, { title: 'New' })
    t.match(same, { status: 200, json: { version: 3 } })
  })

  t.test(`${engine}: a deleted task is gone: 204, then 404 everywhere, its log too`, async (t) => {
    const { send, create, move } = await givenApi(t, engine)
    const { id } = await create({ externalRef: 'r' })
    const deleted = await send('DELETE', `/tasks/${id}`)
    t.match(deleted, { status: 204, body: '' })
    for (const path of ['', '/logs', '/metrics']) t.equal((await send('GET', `/tasks/${id}${path}`)).status, 404, path)
    t.equal((await send('DELETE', `/tasks/${id}`)).status, 404)
    t.equal((await move(id, 'OnHold')).status, 404)
    t.equal((await send('GET', '/tasks')).json.items.length, 0)
    await create({ externalRef: 'r' })
  })
}

t.test('a DELETE with an empty body that claims to be JSON is fine', async (t) => {
  const { send, create } = await givenApi(t)
  const { id } = await create()
  t.equal((await send('DELETE', `/tasks/${id}`, '')).status, 204)
})

t.test('postgres: of many moves at once, every answer is a 200 or a 409, and the log tells one story', async (t) => {
  const { send, create, move } = await givenApi(t, 'postgres')
  const { id } = await create()
  const answers = await Promise.all(['InProgress', 'OnHold', 'Cancelled', 'InProgress', 'Completed', 'Pending'].map((to) => move(id, to)))
  for (const { status, json } of answers)
    t.ok(status === 200 || (status === 409 && ['illegal_move', 'contended'].includes(json.code)), json.code)
  const { items } = (await send('GET', `/tasks/${id}/logs`)).json
  for (const [i, { version, fromStatus }] of items.entries()) {
    t.equal(version, i + 1)
    t.equal(fromStatus, i === 0 ? null : items[i - 1].toStatus)
  }
  t.match((await send('GET', `/tasks/${id}`)).json, { status: items.at(-1).toStatus, version: items.length })
})

t.test('postgres: a move and an edit of dueAt at once: both are kept', async (t) => {
  const { send, create, move } = await givenApi(t, 'postgres')
  for (let round = 0; round < 10; round++) {
    const { id } = await create({ dueAt: '2026-03-03T12:00:00Z' })
    const dueAt = '2026-03-04T12:00:00.000Z'
    const answers = await Promise.all([move(id, 'InProgress'), send('PATCH', `/tasks/${id}`, { dueAt })])
    t.strictSame(
      answers.map(({ status }) => status),
      [200, 200],
    )
    t.match((await send('GET', `/tasks/${id}`)).json, { status: 'InProgress', dueAt, version: 3 })
  }
})

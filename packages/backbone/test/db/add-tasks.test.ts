import { commitEach } from '@lifeline/backbone/db/commit'
import { NotUniqueError } from '@lifeline/backbone/db/errors'
import { addTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { findTasks, getTask } from '@lifeline/backbone/db/tasks/find-tasks'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { ANN, at, givenTask, NOON } from './given-task.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: what is added is what is read, to the millisecond and the last character`, async (t) => {
    const db = await freshDatabase(t, engine)
    const added = await givenTask(db, {
      title: `Ünïcode ${'😀'.repeat(192)}`,
      description: '日本'.repeat(600),
      dueAt: new Date('9999-12-31T23:59:59.999Z'),
      remindBefore: ['P1D', 'PT90M'],
      labels: ['b', 'a', 'b'],
      externalRef: 'ref 1',
      now: new Date('2026-03-29T01:30:00.123Z'),
    })
    t.strictSame(await getTask(db, added.id), added)
    t.strictSame(added.labels, ['a', 'b'])
    t.match(added, { status: 'Pending', version: 1, created_by: ANN, wake_at: new Date('9999-12-30T23:59:59.999Z') })
  })

  t.test(`${engine}: many are added together, each with its log row and its event`, async (t) => {
    const db = await freshDatabase(t, engine)
    const tasks = [1, 2, 3].map((n) => ({ title: `Task ${n}`, assignee: 'bob@example.org', labels: ['x'], actor: ANN, now: NOON }))
    const rows = (await commitEach(db, addTask, tasks)).flatMap((settled) => (settled.status === 'fulfilled' ? [settled.value] : []))
    t.equal(rows.length, 3)
    const found = await findTasks(
      db,
      rows.map(({ id }) => id),
    )
    t.strictSame(found.map(({ title, labels }) => [title, labels]).sort(), [
      ['Task 1', ['x']],
      ['Task 2', ['x']],
      ['Task 3', ['x']],
    ])
    const logs = await db.selectFrom('task_logs').selectAll().execute()
    t.equal(logs.length, 3)
    t.match(logs[0], { version: 1, action: 'created', from_status: null, to_status: 'Pending', actor: ANN, changes: null, at: NOON })
    const events = await db.selectFrom('outbox').select(['routing_key', 'message_id', 'subject']).orderBy('seq').execute()
    t.strictSame(
      events,
      rows.map(({ id }) => ({ routing_key: 'task.created', message_id: `task/${id}@1`, subject: `task/${id}` })),
    )
  })

  t.test(`${engine}: ids follow domain time, so that the order of ids is the order of creation`, async (t) => {
    const db = await freshDatabase(t, engine)
    const late = await givenTask(db, { now: at('15:00:00') })
    const early = await givenTask(db, { now: at('14:59:59') })
    t.ok(early.id < late.id)
  })

  t.test(`${engine}: an externalRef that is taken refuses its own task and no other; that of a deleted task is free`, async (t) => {
    const db = await freshDatabase(t, engine)
    await givenTask(db, { externalRef: 'one' })
    const batch = ['two', 'one', 'three'].map((externalRef) => ({
      title: 'x',
      assignee: 'bob@example.org',
      externalRef,
      actor: ANN,
      now: NOON,
    }))
    const [two, one, three] = await commitEach(db, addTask, batch)
    t.match([two, three], [{ status: 'fulfilled' }, { status: 'fulfilled' }])
    t.ok(one?.status === 'rejected' && one.reason instanceof NotUniqueError)
    t.match(one, { reason: { constraint: 'tasks_external_ref_key' } })
    const rows = await db.selectFrom('tasks').select('external_ref').orderBy('external_ref').execute()
    t.strictSame(
      rows.map((row) => row.external_ref),
      ['one', 'three', 'two'],
    )
  })
}

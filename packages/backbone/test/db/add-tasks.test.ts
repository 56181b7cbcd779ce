import { NotUniqueError } from '@lifeline/backbone/db/errors'
import { addTasks } from '@lifeline/backbone/db/tasks/add-tasks'
import { findTasks, getTask } from '@lifeline/backbone/db/tasks/find-tasks'
import { inTransaction } from '@lifeline/backbone/db/transaction'
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
    const rows = await inTransaction(db, (trx) => addTasks(trx, tasks))
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

  t.test(`${engine}: an externalRef that is taken refuses the whole batch; that of a deleted task is free`, async (t) => {
    const db = await freshDatabase(t, engine)
    await givenTask(db, { externalRef: 'one' })
    const batch = ['two', 'one'].map((externalRef) => ({ title: 'x', assignee: 'bob@example.org', externalRef, actor: ANN, now: NOON }))
    const error = await inTransaction(db, (trx) => addTasks(trx, batch)).catch((error: unknown) => error)
    t.ok(error instanceof NotUniqueError)
    t.match(error, { constraint: 'tasks_external_ref_key' })
    const { count } = await db
      .selectFrom('tasks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    t.equal(count, 1)
  })
}

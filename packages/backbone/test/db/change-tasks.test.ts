import { commitEach, commitOne } from '@lifeline/backbone/db/commit'
import type { Db } from '@lifeline/backbone/db/schema'
import { changeTask, type TaskChange } from '@lifeline/backbone/db/tasks/change-tasks'
import type { TaskCommand } from '@lifeline/backbone/db/tasks/decide'
import { findTasks, getTask } from '@lifeline/backbone/db/tasks/find-tasks'
import { listTaskLogs } from '@lifeline/backbone/db/tasks/list-task-logs'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t, { type Test } from 'tap'
import { ANN, at, givenMoves, givenTask } from './given-task.ts'

const change = (id: string, command: TaskCommand, now = at('13:00:00')): TaskChange => ({ id, command, actor: ANN, now })

/** One change = one version = one log row = one event. */
async function assertOneOfEach(t: Test, db: Db, id: string) {
  const row = await db.selectFrom('tasks').select('version').where('id', '=', id).executeTakeFirstOrThrow()
  const logs = await db.selectFrom('task_logs').select('version').where('task_id', '=', id).orderBy('version').execute()
  const events = await db.selectFrom('outbox').select('message_id').where('subject', '=', `task/${id}`).orderBy('seq').execute()
  const versions = Array.from({ length: row.version }, (_, i) => i + 1)
  t.strictSame(
    logs.map(({ version }) => version),
    versions,
  )
  t.strictSame(
    events.map(({ message_id }) => message_id),
    versions.map((version) => `task/${id}@${version}`),
  )
}

for (const engine of ENGINES) {
  t.test(`${engine}: a task can go through its life and be reopened`, async (t) => {
    const db = await freshDatabase(t, engine)
    const reopened = await givenMoves(db, await givenTask(db), [
      ['InProgress', at('12:10:00')],
      ['Completed', at('12:20:00')],
      ['Pending', at('12:30:00')],
    ])
    t.match(reopened, { status: 'Pending', version: 4, started_at: at('12:10:00'), completed_at: null })
    await assertOneOfEach(t, db, reopened.id)
  })

  t.test(`${engine}: a move changes the row and is logged with its reason`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenTask(db)
    const outcome = await commitOne(db, changeTask, change(id, { do: 'move', to: 'InProgress', reason: 'it is time' }))
    t.match(outcome, { kind: 'changed', before: { status: 'Pending' }, task: { status: 'InProgress', version: 2 } })
    t.match(await getTask(db, id), { status: 'InProgress', version: 2, started_at: at('13:00:00'), updated_at: at('13:00:00') })
    const [, moved] = await listTaskLogs(db, id, { limit: 10 })
    t.match(moved, { action: 'moved', from_status: 'Pending', to_status: 'InProgress', reason: 'it is time', actor: ANN })
    t.strictSame(JSON.parse(moved?.changes ?? ''), {
      status: { from: 'Pending', to: 'InProgress' },
      startedAt: { from: null, to: '2026-03-02T13:00:00.000Z' },
    })
    await assertOneOfEach(t, db, id)
  })

  t.test(`${engine}: the same status again, an illegal move and an edit to the same values change nothing at all`, async (t) => {
    const db = await freshDatabase(t, engine)
    const task = await givenTask(db, { labels: ['a', 'b'], dueAt: at('18:00:00') })
    t.match(await commitOne(db, changeTask, change(task.id, { do: 'move', to: 'Pending', reason: null })), { kind: 'unchanged' })
    const refused = await commitOne(db, changeTask, change(task.id, { do: 'move', to: 'Completed', reason: null }))
    t.match(refused, { kind: 'refused', from: 'Pending', to: 'Completed', allowed: ['InProgress', 'OnHold', 'Cancelled'] })
    const same = { title: task.title, labels: ['b', 'a'], dueAt: at('18:00:00') }
    t.match(await commitOne(db, changeTask, change(task.id, { do: 'edit', edit: same })), { kind: 'unchanged' })
    t.strictSame(await getTask(db, task.id), task)
    await assertOneOfEach(t, db, task.id)
  })

  t.test(`${engine}: an edit sets what it names, null clears, and the rest stays`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenTask(db, {
      description: 'old',
      labels: ['a'],
      dueAt: at('18:00:00'),
      remindBefore: ['PT1H'],
      externalRef: 'r',
    })
    const edit = { description: null, dueAt: null, labels: [], remindBefore: [], assignee: 'eve@example.org' }
    await commitOne(db, changeTask, change(id, { do: 'edit', edit }))
    const cleared = { description: null, due_at: null, labels: [], remind_before: null, wake_at: null, assignee: 'eve@example.org' }
    t.match(await getTask(db, id), { ...cleared, title: 'Answer the letter', external_ref: 'r', version: 2 })
    await assertOneOfEach(t, db, id)
  })

  t.test(`${engine}: a deleted task is gone for everybody, but its story stays`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenTask(db, { externalRef: 'r', dueAt: at('18:00:00') })
    await commitOne(db, changeTask, change(id, { do: 'delete' }))
    t.strictSame(await findTasks(db, [id]), [])
    t.match(await commitOne(db, changeTask, change(id, { do: 'delete' })), { kind: 'missing' })
    t.match(await commitOne(db, changeTask, change(id, { do: 'move', to: 'InProgress', reason: null })), { kind: 'missing' })
    const row = await db.selectFrom('tasks').select(['deleted_at', 'wake_at']).where('id', '=', id).executeTakeFirstOrThrow()
    t.match(row, { deleted_at: at('13:00:00'), wake_at: null })
    await t.resolves(givenTask(db, { externalRef: 'r' }))
    await assertOneOfEach(t, db, id)
  })

  t.test(`${engine}: many changes go together, each with its own outcome, in their order`, async (t) => {
    const db = await freshDatabase(t, engine)
    const tasks = [await givenTask(db), await givenTask(db), await givenTask(db)]
    const ids = tasks.map(({ id }) => id).reverse()
    const missing = '00000000-0000-7000-8000-000000000000'
    const [first = '', second = '', third = ''] = ids
    const outcomes = await commitEach(db, changeTask, [
      change(first, { do: 'move', to: 'InProgress', reason: null }),
      change(missing, { do: 'delete' }),
      change(second, { do: 'edit', edit: { labels: ['new'] } }),
      change(third, { do: 'move', to: 'Completed', reason: null }),
    ])
    t.strictSame(
      outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value.kind),
      ['changed', 'missing', 'changed', 'refused'],
    )
    t.match(await getTask(db, second), { labels: ['new'], version: 2 })
    for (const id of ids) await assertOneOfEach(t, db, id)
  })

  t.test(`${engine}: every column that a command may change is written`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenTask(db, { dueAt: at('18:00:00'), remindBefore: ['PT1H'], externalRef: 'r' })
    const everything = {
      title: 't',
      description: 'd',
      assignee: 'eve@example.org',
      dueAt: at('17:00:00'),
      remindBefore: ['PT2H'],
      labels: ['l'],
    }
    const commands: [TaskCommand, Date][] = [
      [{ do: 'edit', edit: everything }, at('13:00:00')],
      [{ do: 'move', to: 'InProgress', reason: null }, at('14:00:00')],
      [{ do: 'wake' }, at('15:00:00')],
      [{ do: 'wake' }, at('17:00:00')],
      [{ do: 'edit', edit: { dueAt: at('19:00:00') } }, at('17:30:00')],
      [{ do: 'move', to: 'Completed', reason: null }, at('18:00:00')],
      [{ do: 'move', to: 'Pending', reason: null }, at('18:30:00')],
      [{ do: 'delete' }, at('18:40:00')],
    ]
    for (const [command, now] of commands) {
      const outcome = await commitOne(db, changeTask, change(id, command, now))
      if (outcome.kind !== 'changed') throw new Error(`${command.do}: ${outcome.kind}`)
      const { labels: _, ...row } = outcome.task
      t.strictSame(await db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst(), row, command.do)
    }
  })

  t.test(`${engine}: the clock passes a deadline once, and a new dueAt arms it again`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenTask(db, { dueAt: at('18:00:00') })
    const wake = (now: Date) => commitOne(db, changeTask, change(id, { do: 'wake' }, now))
    t.match(await wake(at('17:59:59')), { kind: 'unchanged' })
    t.match(await wake(at('18:00:01')), { kind: 'changed', task: { deadline_passed_at: at('18:00:00'), wake_at: null } })
    t.match(await wake(at('18:00:02')), { kind: 'unchanged' })
    await commitOne(db, changeTask, change(id, { do: 'edit', edit: { dueAt: at('20:00:00') } }, at('19:00:00')))
    t.match(await getTask(db, id), { deadline_passed_at: null, wake_at: at('20:00:00') })
    t.match(await wake(at('20:00:00')), { kind: 'changed', task: { deadline_passed_at: at('20:00:00') } })
    await assertOneOfEach(t, db, id)
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: of two moves at once, each is decided on what the other left`, async (t) => {
    const db = await freshDatabase(t, engine)
    for (let round = 0; round < 20; round++) {
      const { id } = await givenTask(db)
      const outcomes = await Promise.all(
        (['InProgress', 'Cancelled'] as const).map((to) => commitOne(db, changeTask, change(id, { do: 'move', to, reason: null }))),
      )
      const kinds = outcomes.map(({ kind }) => kind)
      // Cancelled may follow InProgress; InProgress may not follow Cancelled.
      const { status, version } = await getTask(db, id)
      t.equal(status, 'Cancelled')
      t.strictSame([kinds[1], version], ['changed', kinds[0] === 'changed' ? 3 : 2])
      await assertOneOfEach(t, db, id)
    }
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: a move and an edit of dueAt at once never lose the deadline`, async (t) => {
    const db = await freshDatabase(t, engine)
    for (let round = 0; round < 20; round++) {
      const { id } = await givenTask(db, { dueAt: at('14:00:00') })
      const outcomes = await Promise.all([
        commitOne(db, changeTask, change(id, { do: 'move', to: 'InProgress', reason: null })),
        commitOne(db, changeTask, change(id, { do: 'edit', edit: { dueAt: at('16:00:00') } })),
      ])
      t.strictSame(
        outcomes.map(({ kind }) => kind),
        ['changed', 'changed'],
      )
      t.match(await getTask(db, id), { status: 'InProgress', due_at: at('16:00:00'), wake_at: at('16:00:00'), version: 3 })
      await assertOneOfEach(t, db, id)
    }
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: a change that loses every race says so, and has written nothing`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenTask(db)
    const rival = { changes: 0 }
    // Somebody else changes the row each time after we have read it.
    const racing = db.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        if (result.rows.some((row) => 'fired_until' in row)) {
          rival.changes++
          await db
            .updateTable('tasks')
            .set((eb) => ({ version: eb('version', '+', 1) }))
            .where('id', '=', id)
            .execute()
        }
        return result
      },
    })
    const lost = commitOne(racing, changeTask, change(id, { do: 'move', to: 'InProgress', reason: null }))
    await t.rejects(lost, { code: 'contended', retry: true })
    t.equal(rival.changes, 3)
    t.match(await getTask(db, id), { status: 'Pending', version: 4 })
    t.equal((await listTaskLogs(db, id, { limit: 10 })).length, 1)
  })
}

for (const engine of ENGINES) {
  t.test(`${engine}: what is not the owner's is missing, for a change as for a read, and nothing happens to it`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenTask(db)
    const stranger = { principals: ['user:7', 'mailto:eve@example.org'], address: 'eve@example.org' }
    for (const command of [{ do: 'move', to: 'OnHold', reason: null }, { do: 'edit', edit: { title: 'x' } }, { do: 'delete' }] as const) {
      t.strictSame(await commitOne(db, changeTask, { ...change(id, command), owner: stranger }), { kind: 'missing' })
    }
    await t.rejects(getTask(db, id, stranger), { code: 'not_found' })
    await t.rejects(listTaskLogs(db, id, { limit: 10, owner: stranger }), { code: 'not_found' })
    await assertOneOfEach(t, db, id)
    const [creator, assignee] = [
      { principals: [ANN], address: undefined },
      { principals: ['user:8'], address: 'bob@example.org' },
    ]
    for (const owner of [creator, assignee]) {
      t.match(await getTask(db, id, owner), { id })
      t.equal((await listTaskLogs(db, id, { limit: 10, owner })).length > 0, true)
      t.match(await commitOne(db, changeTask, { ...change(id, { do: 'edit', edit: { title: owner.principals[0] ?? '' } }), owner }), {
        kind: 'changed',
      })
    }
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: whoever loses a task to another at the same moment changes it no more`, async (t) => {
    const db = await freshDatabase(t, engine)
    const bob = { principals: ['user:8'], address: 'bob@example.org' }
    for (let i = 0; i < 10; i++) {
      const { id } = await givenTask(db)
      const [, mine] = await Promise.all([
        commitOne(db, changeTask, change(id, { do: 'edit', edit: { assignee: 'eve@example.org' } })),
        commitOne(db, changeTask, { ...change(id, { do: 'move', to: 'InProgress', reason: null }), owner: bob }),
      ])
      const logs = await listTaskLogs(db, id, { limit: 10 })
      const gone = logs.findIndex(({ action }) => action === 'edited')
      const moved = logs.findIndex(({ action }) => action === 'moved')
      t.equal(mine.kind, moved === -1 ? 'missing' : 'changed')
      t.ok(moved < gone, 'it was moved while it was his, or not at all')
    }
  })
}

import { commitOne } from '@lifeline/backbone/db/commit'
import type { Db } from '@lifeline/backbone/db/schema'
import { changeTask } from '@lifeline/backbone/db/tasks/change-tasks'
import { listTaskLogs } from '@lifeline/backbone/db/tasks/list-task-logs'
import { countTasks, listTasks, type TaskFilter } from '@lifeline/backbone/db/tasks/list-tasks'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { ANN, at, givenMoves, givenTask } from './given-task.ts'

/** Five tasks a to e, made an hour apart; d is overdue, e deleted. */
async function givenFive(db: Db) {
  await givenTask(db, { title: 'a', now: at('08:00:00'), labels: ['red', 'blue'], externalRef: 'A-1' })
  const b = await givenTask(db, { title: 'b', now: at('09:00:00'), dueAt: at('20:00:00'), labels: ['red'] })
  await givenMoves(db, b, [['OnHold', at('09:30:00')]])
  await givenTask(db, { title: 'c', now: at('10:00:00'), assignee: 'eve@example.org', actor: 'key:ci' })
  const d = await givenTask(db, { title: 'd', now: at('11:00:00'), dueAt: at('12:00:00') })
  await commitOne(db, changeTask, { id: d.id, command: { do: 'wake' }, actor: 'system:clock', now: at('12:00:00') })
  const e = await givenTask(db, { title: 'e', now: at('11:30:00') })
  await commitOne(db, changeTask, { id: e.id, command: { do: 'delete' }, actor: ANN, now: at('11:40:00') })
}

const CASES: readonly (readonly [what: string, filter: TaskFilter, titles: string])[] = [
  ['everything, newest first, without the deleted', {}, 'dcba'],
  ['one status', { status: ['OnHold'] }, 'b'],
  ['several statuses', { status: ['OnHold', 'Pending'] }, 'dcba'],
  ['an assignee', { assignee: 'eve@example.org' }, 'c'],
  ['a creator', { createdBy: 'key:ci' }, 'c'],
  ['a label', { label: 'red' }, 'ba'],
  ['a reference', { externalRef: 'A-1' }, 'a'],
  ['overdue', { overdue: true }, 'd'],
  ['not overdue, also those that were never due', { overdue: false }, 'cba'],
  ['due before, itself left out', { dueBefore: at('20:00:00') }, 'd'],
  ['due after, itself left out', { dueAfter: at('12:00:00') }, 'b'],
  ['created from, itself included, to, itself left out', { createdFrom: at('09:00:00'), createdTo: at('11:00:00') }, 'cb'],
  ['all of several filters', { label: 'red', status: ['Pending'] }, 'a'],
  ['what nobody has', { label: 'green' }, ''],
  ['own by creation', { owner: { principals: ['key:ci'], address: undefined } }, 'c'],
  ['own by creation or assignment, each once', { owner: { principals: ['user:7', ANN], address: 'bob@example.org' } }, 'dba'],
  ['own by assignment only', { owner: { principals: ['user:7'], address: 'eve@example.org' } }, 'c'],
  ['own, of some statuses', { owner: { principals: [ANN], address: 'eve@example.org' }, status: ['Pending'] }, 'dca'],
  ['own, and created by another', { owner: { principals: ['user:7'], address: 'bob@example.org' }, createdBy: ANN }, 'dba'],
  ['own, of an assignee', { owner: { principals: [ANN], address: undefined }, assignee: 'eve@example.org' }, ''],
  ['nothing of one’s own', { owner: { principals: ['user:7'], address: undefined } }, ''],
]

for (const engine of ENGINES) {
  t.test(`${engine}: tasks are listed by filter`, async (t) => {
    const db = await freshDatabase(t, engine)
    await givenFive(db)
    for (const [what, filter, titles] of CASES) {
      const rows = await listTasks(db, filter, { limit: 10 })
      t.equal(rows.map(({ title }) => title).join(''), titles, what)
      t.equal(await countTasks(db, filter, 10), titles.length, `count: ${what}`)
    }
    t.equal(await countTasks(db, {}, 3), 3, 'counts no further than asked')
    t.equal(await countTasks(db, { owner: { principals: ['key:ci', ANN], address: 'bob@example.org' } }, 3), 3, 'nor over several parts')
  })

  t.test(`${engine}: pages follow each other by the last id, or by an offset`, async (t) => {
    const db = await freshDatabase(t, engine)
    await givenFive(db)
    const first = await listTasks(db, {}, { limit: 3 })
    const rest = await listTasks(db, {}, { limit: 3, afterId: first.at(-1)?.id ?? '' })
    t.equal([...first, ...rest].map(({ title }) => title).join(''), 'dcba')
    const second = await listTasks(db, {}, { limit: 3, offset: 3 })
    t.strictSame(second, rest)
    const owner = { principals: ['key:ci', ANN], address: 'bob@example.org' }
    t.strictSame(await listTasks(db, { owner }, { limit: 3, offset: 3 }), rest, 'also of several parts')
    t.strictSame(await listTasks(db, { owner }, { limit: 3, afterId: first.at(-1)?.id ?? '' }), rest)
    t.strictSame(rest[0]?.labels, ['blue', 'red'])
  })

  t.test(`${engine}: a log is read oldest first and in pages; that of a deleted task is not`, async (t) => {
    const db = await freshDatabase(t, engine)
    const task = await givenTask(db)
    await givenMoves(db, task, [
      ['InProgress', at('13:00:00')],
      ['Completed', at('14:00:00')],
    ])
    const log = await listTaskLogs(db, task.id, { limit: 2 })
    t.match(log, [
      { version: 1, from_status: null, to_status: 'Pending' },
      { version: 2, from_status: 'Pending', to_status: 'InProgress' },
    ])
    t.match(await listTaskLogs(db, task.id, { limit: 2, afterVersion: 2 }), [{ version: 3, to_status: 'Completed' }])
    await commitOne(db, changeTask, { id: task.id, command: { do: 'delete' }, actor: ANN, now: at('15:00:00') })
    await t.rejects(listTaskLogs(db, task.id, { limit: 2 }), { code: 'not_found' })
  })
}

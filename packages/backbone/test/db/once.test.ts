import { setTimeout as sleep } from 'node:timers/promises'
import { commitEach, commitOne, type Work } from '@lifeline/backbone/db/commit'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { type KeyedInput, once } from '@lifeline/backbone/db/idempotency/once'
import { openDatabase } from '@lifeline/backbone/db/open'
import type { Db } from '@lifeline/backbone/db/schema'
import { addTask, type NewTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { changeTask, type TaskChange, type TaskOutcome } from '@lifeline/backbone/db/tasks/change-tasks'
import type { TaskRow } from '@lifeline/backbone/db/tasks/task'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase, freshDatabaseUrl } from '@lifeline/testing/databases'
import t from 'tap'
import { ANN, givenTask, NOON } from './given-task.ts'

const addTaskOnce = once(addTask)

const newTask = (id: string, task: Partial<NewTask> = {}): KeyedInput<NewTask, TaskRow> => ({
  input: { title: 'Answer the letter', assignee: 'bob@example.org', actor: ANN, now: NOON, ...task },
  id,
  requestHash: JSON.stringify(task),
  answerOf: (row) => ({ status: 201, headers: { etag: `"${row.version}"` }, body: row.id }),
  machineNow: NOON,
})

const countTasks = async (db: Db) => (await db.selectFrom('tasks').select('id').execute()).length

for (const engine of ENGINES) {
  t.test(`${engine}: the same key again is the same answer, and one effect`, async (t) => {
    const db = await freshDatabase(t, engine)
    const done = await commitOne(db, addTaskOnce, newTask('a'))
    if (done.kind !== 'done') return t.fail(done.kind)
    const again = await commitOne(db, addTaskOnce, newTask('a'))
    t.strictSame(again, { kind: 'replayed', answer: { status: 201, headers: { etag: '"1"' }, body: done.output.id } })
    t.equal(await countTasks(db), 1)
    t.equal((await db.selectFrom('outbox').select('seq').execute()).length, 1, 'one event')
  })

  t.test(`${engine}: the same key with another request is told so, and does nothing`, async (t) => {
    const db = await freshDatabase(t, engine)
    await commitOne(db, addTaskOnce, newTask('a'))
    t.strictSame(await commitOne(db, addTaskOnce, newTask('a', { title: 'Another' })), { kind: 'reused' })
    t.equal(await countTasks(db), 1)
  })

  t.test(`${engine}: in one batch the known are replayed, the new are done, a refusal is neither done nor stored`, async (t) => {
    const db = await freshDatabase(t, engine)
    await commitOne(db, addTaskOnce, newTask('a', { externalRef: 'taken' }))
    const batch = [
      newTask('a', { externalRef: 'taken' }),
      newTask('b'),
      newTask('c', { externalRef: 'taken' }),
      newTask('d', { externalRef: 'free' }),
    ]
    const settled = await commitEach(db, addTaskOnce, batch)
    t.match(settled, [
      { value: { kind: 'replayed' } },
      { value: { kind: 'done' } },
      { reason: { name: 'NotUniqueError', constraint: 'tasks_external_ref_key' } },
      { value: { kind: 'done' } },
    ])
    const stored = await db.selectFrom('idempotency_keys').select(['id', 'created_at']).orderBy('id').execute()
    t.strictSame(
      stored,
      ['a', 'b', 'd'].map((id) => ({ id, created_at: NOON })),
    )
  })

  t.test(`${engine}: what changes nothing is not stored, and a body may be long, or none`, async (t) => {
    const db = await freshDatabase(t, engine)
    const moveOnce = once(changeTask)
    const { id } = await givenTask(db)
    const move = (key: string, to: 'Pending' | 'InProgress', body: string | null): KeyedInput<TaskChange, TaskOutcome> => ({
      input: { id, command: { do: 'move', to, reason: null }, actor: ANN, now: NOON },
      id: key,
      requestHash: to,
      answerOf: () => ({ status: 200, headers: {}, body }),
      machineNow: NOON,
    })
    t.match(await commitOne(db, moveOnce, move('same', 'Pending', null)), { kind: 'done', output: { kind: 'unchanged' } })
    t.match(await commitOne(db, moveOnce, move('same', 'Pending', null)), { kind: 'done' })
    const long = 'é'.repeat(50_000)
    for (const [key, to, body] of [
      ['long', 'InProgress', long],
      ['none', 'Pending', null],
    ] as const) {
      t.match(await commitOne(db, moveOnce, move(key, to, body)), { kind: 'done', output: { kind: 'changed' } })
      t.match(await commitOne(db, moveOnce, move(key, to, 'other')), { kind: 'replayed', answer: { body } })
    }
  })
}

t.test('in one process, requests with one key wait for each other: all get the answer of the first', async (t) => {
  const db = await freshDatabase(t, 'postgres')
  const writer = makeWriter(db)
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => writer.submit(addTaskOnce, newTask('a'))))
  t.equal(outcomes.filter(({ kind }) => kind === 'done').length, 1)
  t.equal(outcomes.filter(({ kind }) => kind === 'replayed').length, 49)
  t.equal(await countTasks(db), 1)
})

/** The same work, decided so slowly that every process has read before any of them writes. */
function slowly<Input, Output>(work: Work<Input, Output>): Work<Input, Output> {
  return {
    keys: work.keys,
    async decide(db, inputs) {
      const decided = await work.decide(db, inputs)
      await sleep(50)
      return decided
    },
  }
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: across processes the primary key settles it, and the other gets the replay`, async (t) => {
    const url = await freshDatabaseUrl(t, engine)
    const dbs = [await openDatabase(url), await openDatabase(url)] as const
    t.after(() => Promise.all(dbs.map((db) => db.destroy())))
    const work = slowly(addTaskOnce)
    const writers = dbs.map((db) => makeWriter(db))
    const keys = Array.from({ length: 20 }, (_, i) => `key ${i}`)
    for (const externalRef of [undefined, 'ref']) {
      const send = (key: string) => newTask(`${key} ${externalRef}`, externalRef ? { externalRef: `${externalRef} ${key}` } : {})
      const outcomes = await Promise.all(
        keys.map((key) => Promise.all(writers.map(async (writer) => (await writer.submit(work, send(key))).kind))),
      )
      for (const kinds of outcomes) t.strictSame(kinds.sort(), ['done', 'replayed'])
    }
    t.equal(await countTasks(dbs[0]), 40)
  })
}

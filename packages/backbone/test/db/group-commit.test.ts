import { setTimeout as sleep } from 'node:timers/promises'
import type { Decided, Work } from '@lifeline/backbone/db/commit'
import { NotUniqueError } from '@lifeline/backbone/db/errors'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import type { Db } from '@lifeline/backbone/db/schema'
import { addTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { changeTask } from '@lifeline/backbone/db/tasks/change-tasks'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { ANN, at, givenTask, NOON } from './given-task.ts'

const newTask = (title: string, externalRef: string | null = null) => ({
  title,
  assignee: 'bob@example.org',
  externalRef,
  actor: ANN,
  now: NOON,
})

/** Counts the transactions that write, and lets a test hold them up. */
function watched(db: Db) {
  const seen = { batches: [] as number[], gate: Promise.resolve() }
  const counted = <Input, Output>(work: Work<Input, Output>): Work<Input, Output> => ({
    keys: work.keys,
    async decide(one, inputs): Promise<readonly Decided<Output>[]> {
      seen.batches.push(inputs.length)
      await seen.gate
      return work.decide(one, inputs)
    },
  })
  return { seen, counted, db }
}

for (const engine of ENGINES) {
  t.test(`${engine}: operations that are asked for together share a transaction, and each gets its own answer`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { seen, counted } = watched(db)
    let commits = 0
    const writer = makeWriter(db, { onCommit: () => commits++ })
    const add = counted(addTask)
    const rows = await Promise.all(Array.from({ length: 30 }, (_, i) => writer.submit(add, newTask(`Task ${i}`))))
    t.strictSame(
      rows.map(({ title }) => title),
      Array.from({ length: 30 }, (_, i) => `Task ${i}`),
    )
    t.strictSame([seen.batches, commits], [[30], 1])
    const events = await db.selectFrom('outbox').select('subject').orderBy('seq').execute()
    t.strictSame(
      events.map(({ subject }) => subject),
      rows.map(({ id }) => `task/${id}`),
      'the outbox keeps the order in which they were asked for',
    )
  })

  t.test(`${engine}: of a batch only those fail that are at fault`, async (t) => {
    const db = await freshDatabase(t, engine)
    const writer = makeWriter(db)
    await givenTask(db, { externalRef: 'taken' })
    const tooLong = { ...newTask('x'), assignee: `${'b'.repeat(300)}@example.org` }
    const asked = [newTask('a'), newTask('b', 'taken'), newTask('c'), tooLong, newTask('d'), newTask('e', 'free')]
    const ended = await Promise.allSettled(asked.map((task) => writer.submit(addTask, task)))
    t.strictSame(
      ended.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    )
    t.ok(ended[1]?.status === 'rejected' && ended[1].reason instanceof NotUniqueError)
    const there = await db.selectFrom('tasks').select('title').where('title', '<', 'z').where('title', '<>', 'Answer the letter').execute()
    t.strictSame(there.map(({ title }) => title).sort(), ['a', 'c', 'd', 'e'])
    for (const table of ['task_logs', 'outbox'] as const) {
      const { count } = await db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      t.equal(count, 5, `one row in ${table} for each task`)
    }
  })

  t.test(`${engine}: what touches the same row goes one after the other, in the order in which it was asked for`, async (t) => {
    const db = await freshDatabase(t, engine)
    const writer = makeWriter(db)
    const { id } = await givenTask(db)
    const titles = Array.from({ length: 12 }, (_, i) => `Title ${i}`)
    const outcomes = await Promise.all(
      titles.map((title) => writer.submit(changeTask, { id, command: { do: 'edit', edit: { title } }, actor: ANN, now: at('13:00:00') })),
    )
    t.strictSame(
      outcomes.map((outcome) => outcome.kind === 'changed' && [outcome.before.title, outcome.task.title, outcome.task.version]),
      titles.map((title, i) => [titles[i - 1] ?? 'Answer the letter', title, i + 2]),
    )
  })

  t.test(`${engine}: of two that want one unique key the first gets it`, async (t) => {
    const db = await freshDatabase(t, engine)
    const writer = makeWriter(db)
    const ended = await Promise.allSettled(['a', 'b', 'c'].map((title) => writer.submit(addTask, newTask(title, 'r'))))
    t.strictSame(
      ended.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected'],
    )
  })
}

t.test('a transaction takes what has come while others were under way, at most a batch, and no more of them than allowed', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const { seen, counted } = watched(db)
  const writer = makeWriter(db, { batch: 10, transactions: 2 })
  const add = counted(addTask)
  let open = () => {}
  seen.gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const first = writer.submit(add, newTask('first'))
  await sleep(5)
  const second = writer.submit(add, newTask('second'))
  await sleep(5)
  const rest = Array.from({ length: 25 }, (_, i) => writer.submit(add, newTask(`${i}`)))
  await sleep(5)
  t.strictSame(seen.batches, [1, 1], 'the first two did not wait for company')
  open()
  await Promise.all([first, second, ...rest])
  t.strictSame(seen.batches, [1, 1, 10, 10, 5])
})

t.test('beyond its bound the writer says at once that it is overloaded, and takes more when there is room again', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const writer = makeWriter(db, { waiting: 3 })
  const ended = await Promise.allSettled(['a', 'b', 'c', 'd'].map((title) => writer.submit(addTask, newTask(title))))
  t.strictSame(
    ended.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
  )
  t.match(ended[3], { reason: { code: 'overloaded', retry: true } })
  await t.resolves(writer.submit(addTask, newTask('e')))
})

t.test('an operation whose decision throws fails alone', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const writer = makeWriter(db)
  const picky: Work<ReturnType<typeof newTask>, unknown> = {
    keys: addTask.keys,
    async decide(one, inputs) {
      if (inputs.some(({ title }) => title === 'bad')) throw new TypeError('on purpose')
      return addTask.decide(one, inputs)
    },
  }
  const ended = await Promise.allSettled(['a', 'bad', 'b', 'c', 'd'].map((title) => writer.submit(picky, newTask(title))))
  t.strictSame(
    ended.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  )
  t.equal((await db.selectFrom('tasks').select('id').execute()).length, 4)
})

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: writers of several processes change the same rows at once, and nothing is lost or done twice`, async (t) => {
    const db = await freshDatabase(t, engine)
    const tasks = await Promise.all(Array.from({ length: 20 }, () => givenTask(db)))
    const writers = [makeWriter(db), makeWriter(db), makeWriter(db)]
    const edits = writers.flatMap((writer, w) =>
      tasks.flatMap(({ id }) =>
        [0, 1].map((n) => ({
          writer,
          change: { id, command: { do: 'edit' as const, edit: { title: `${w} ${n}` } }, actor: ANN, now: at('13:00:00') },
        })),
      ),
    )
    const ended = await Promise.allSettled(edits.map(({ writer, change }) => writer.submit(changeTask, change)))
    const changed = ended.filter((end) => end.status === 'fulfilled' && end.value.kind === 'changed').length
    const rows = await db.selectFrom('tasks').select(['id', 'version']).execute()
    t.equal(
      rows.reduce((sum, { version }) => sum + version - 1, 0),
      changed,
    )
    t.equal((await db.selectFrom('task_logs').select('version').execute()).length, changed + tasks.length)
    t.equal((await db.selectFrom('outbox').select('seq').execute()).length, changed + tasks.length)
    for (const end of ended) if (end.status === 'rejected') t.match(end.reason, { code: 'contended' })
  })
}

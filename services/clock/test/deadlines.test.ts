import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t from 'tap'
import { tick } from '../src/tick.ts'
import { change, getRow, givenTask, givenTasks, listWakes, moveTo, NINE, NOON, TEN, tickOptions } from './given-task.ts'

const after = (instant: Date, ms: number) => new Date(instant.getTime() + ms)
const ONE = 1_000

for (const engine of ENGINES) {
  t.test(`on ${engine}`, async (t) => {
    const db = await freshDatabase(t, engine)
    const clock = virtualClock(NINE)
    const options = tickOptions(db, clock)
    const tickAt = async (instant: Date) => {
      clock.set(instant)
      return await tick(options)
    }

    await t.test('a deadline passes at its instant, not before, and once', async (t) => {
      const task = await givenTask(db)
      await tickAt(after(NOON, -1))
      t.strictSame(await listWakes(db, task), [])
      await tickAt(NOON)
      await tickAt(NOON)
      await tickAt(after(NOON, 3_600_000))
      t.strictSame(await listWakes(db, task), ['deadline_passed 2026-03-02T12:00:00.000Z'])
      t.match(await getRow(db, task), { deadline_passed_at: NOON, wake_at: null, status: 'Pending', version: 2 })
      t.strictSame(options.wrote, [NOON], 'the relay is nudged when there is something to send')
    })

    await t.test('one that is noticed late passed when it was due, and both are told', async (t) => {
      const task = await givenTask(db)
      await tickAt(after(NOON, 90 * ONE))
      t.match(await getRow(db, task), { deadline_passed_at: NOON })
      t.strictSame(await listWakes(db, task), ['deadline_passed 2026-03-02T12:01:30.000Z'])
      const [event] = await db
        .selectFrom('outbox')
        .selectAll()
        .where('routing_key', '=', 'task.deadline.passed')
        .where('subject', '=', `task/${task.id}`)
        .execute()
      t.equal(event?.cc, 'deadline.passed')
      t.match(JSON.parse(event?.body ?? ''), {
        actor: 'system:clock',
        after: { deadlinePassedAt: NOON.toISOString(), overdue: true, version: 2 },
        noticedAt: '2026-03-02T12:01:30.000Z',
      })
    })

    await t.test('of a task that ended or was deleted nothing passes', async (t) => {
      const [cancelled, deleted] = await givenTasks(db, 2)
      if (cancelled === undefined || deleted === undefined) return
      await change(db, cancelled, moveTo('Cancelled'), TEN)
      await change(db, deleted, { do: 'delete' }, TEN)
      await tickAt(NOON)
      t.strictSame([await listWakes(db, cancelled), await listWakes(db, deleted)], [[], []])
    })

    await t.test('OnHold stops the clock; back from it, a deadline behind passes at once', async (t) => {
      const task = await givenTask(db)
      await change(db, task, moveTo('OnHold'), TEN)
      await tickAt(after(NOON, ONE))
      t.strictSame(await listWakes(db, task), [])
      await change(db, task, moveTo('InProgress'), after(NOON, 2 * ONE))
      await tickAt(after(NOON, 2 * ONE))
      t.strictSame(await listWakes(db, task), ['deadline_passed 2026-03-02T12:00:02.000Z'])
      t.match(await getRow(db, task), { deadline_passed_at: NOON })
    })

    await t.test('a task that is reopened with a deadline behind misses it at once', async (t) => {
      const task = await givenTask(db)
      await change(db, task, moveTo('InProgress'), TEN)
      await change(db, task, moveTo('Completed'), TEN)
      await tickAt(after(NOON, ONE))
      t.strictSame(await listWakes(db, task), [])
      await change(db, task, moveTo('Pending'), after(NOON, 60 * ONE))
      await tickAt(after(NOON, 60 * ONE))
      t.strictSame(await listWakes(db, task), ['deadline_passed 2026-03-02T12:01:00.000Z'])
    })

    await t.test('a deadline that is moved is armed again, also after it has passed', async (t) => {
      const task = await givenTask(db)
      const one = after(NOON, 3_600_000)
      await change(db, task, { do: 'edit', edit: { dueAt: one } }, TEN)
      await tickAt(NOON)
      t.strictSame(await listWakes(db, task), [])
      await tickAt(one)
      await change(db, task, { do: 'edit', edit: { dueAt: after(one, 3_600_000) } }, one)
      t.match(await getRow(db, task), { deadline_passed_at: null, wake_at: after(one, 3_600_000) })
      await tickAt(after(one, 3_600_000))
      t.strictSame(await listWakes(db, task), ['deadline_passed 2026-03-02T13:00:00.000Z', 'deadline_passed 2026-03-02T14:00:00.000Z'])
    })

    await t.test('a deadline that lies in the past passes at the next tick', async (t) => {
      const task = await givenTask(db, { dueAt: new Date('1999-12-31T23:59:59.999Z') })
      await tickAt(NINE)
      t.strictSame(await listWakes(db, task), [`deadline_passed ${NINE.toISOString()}`])
    })

    await t.test('more than a batch is done in further ticks, which say so', async (t) => {
      const tasks = await givenTasks(db, 2_100)
      t.strictSame([await tickAt(NOON), await tickAt(NOON), await tickAt(NOON), await tickAt(NOON)], [true, true, false, false])
      const passed = await db.selectFrom('tasks').select('id').where('deadline_passed_at', 'is not', null).execute()
      const ids = new Set(passed.map(({ id }) => id))
      t.ok(tasks.every(({ id }) => ids.has(id)))
    })
  })
}

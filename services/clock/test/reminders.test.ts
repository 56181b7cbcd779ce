import { freshDatabase } from '@lifeline/testing/databases'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t from 'tap'
import { tick } from '../src/tick.ts'
import { change, getRow, givenTask, listWakes, moveTo, NINE, NOON, TEN, tickOptions } from './given-task.ts'

const ELEVEN = new Date('2026-03-02T11:00:00.000Z')
const HALF_PAST = new Date('2026-03-02T11:30:00.000Z')

t.test('reminders', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const clock = virtualClock(NINE)
  const options = tickOptions(db, clock)
  const tickAt = async (instant: Date) => {
    clock.set(instant)
    await tick(options)
  }

  await t.test('each comes at its instant, and then the deadline', async (t) => {
    const task = await givenTask(db, { remindBefore: ['PT1H', 'PT30M'] })
    for (const instant of [ELEVEN, ELEVEN, HALF_PAST, NOON, NOON]) await tickAt(instant)
    t.strictSame(await listWakes(db, task), [
      'deadline_approaching 2026-03-02T11:00:00.000Z',
      'deadline_approaching 2026-03-02T11:30:00.000Z',
      'deadline_passed 2026-03-02T12:00:00.000Z',
    ])
  })

  await t.test('several that are due together are one change, which names them', async (t) => {
    const task = await givenTask(db, { remindBefore: ['PT1H', 'PT30M', 'PT10M', 'PT60M'] })
    await tickAt(HALF_PAST)
    t.strictSame(await listWakes(db, task), ['deadline_approaching 2026-03-02T11:30:00.000Z'])
    t.match(await getRow(db, task), { version: 2, wake_at: new Date('2026-03-02T11:50:00.000Z') })
    const events = await db.selectFrom('outbox').select('body').where('subject', '=', `task/${task.id}`).orderBy('seq').execute()
    t.equal(events.length, 2)
    t.strictSame(JSON.parse(events[1]?.body ?? '').reminders, ['PT1H', 'PT30M', 'PT60M'])
  })

  await t.test('one that would have been before the task was made is skipped', async (t) => {
    const task = await givenTask(db, { remindBefore: ['PT24H', 'PT1H'] })
    await tickAt(NINE)
    t.strictSame(await listWakes(db, task), [])
    await tickAt(ELEVEN)
    t.equal((await listWakes(db, task)).length, 1)
  })

  await t.test('one that is still waiting when the deadline has come is no news any more', async (t) => {
    const task = await givenTask(db, { remindBefore: ['PT1H'] })
    await tickAt(NOON)
    t.strictSame(await listWakes(db, task), ['deadline_passed 2026-03-02T12:00:00.000Z'])
  })

  await t.test('on hold nobody is reminded; back from it what was missed comes as one', async (t) => {
    const task = await givenTask(db, { remindBefore: ['PT1H', 'PT30M'] })
    await change(db, task, moveTo('OnHold'), TEN)
    await tickAt(HALF_PAST)
    t.strictSame(await listWakes(db, task), [])
    await change(db, task, moveTo('Pending'), HALF_PAST)
    await tickAt(HALF_PAST)
    t.strictSame(await listWakes(db, task), ['deadline_approaching 2026-03-02T11:30:00.000Z'])
  })

  await t.test('new ones count from the change on', async (t) => {
    const task = await givenTask(db, { remindBefore: ['PT1H'] })
    await tickAt(ELEVEN)
    await change(db, task, { do: 'edit', edit: { remindBefore: ['PT1H', 'PT2H', 'PT30M'] } }, ELEVEN)
    await tickAt(ELEVEN)
    t.equal((await listWakes(db, task)).length, 1)
    await tickAt(HALF_PAST)
    t.equal((await listWakes(db, task)).length, 2)
  })
})

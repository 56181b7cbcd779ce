import { commitOne } from '@lifeline/backbone/db/commit'
import type { Db } from '@lifeline/backbone/db/schema'
import { aggregateTasks } from '@lifeline/backbone/db/tasks/aggregate-tasks'
import { changeTask } from '@lifeline/backbone/db/tasks/change-tasks'
import { getTask } from '@lifeline/backbone/db/tasks/find-tasks'
import { listTaskMetrics } from '@lifeline/backbone/db/tasks/task-metrics'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { ANN, at, givenMoves, givenTask } from './given-task.ts'

async function givenMail(db: Db, taskId: string, status: string, channel = 'email') {
  const id = uuidv7()
  const text = {
    event_id: `task/${taskId}@1`,
    channel,
    recipient: `${id}@example.org`,
    subject: `task/${taskId}`,
    template: 'x',
    data: '{}',
  }
  const numbers = { attempts: 1, announcements: 1, version: 1 }
  const times = { wake_at: null, sent_at: null, created_at: at('12:00:00'), updated_at: at('12:00:00') }
  await db
    .insertInto('notifications')
    .values({ id, ...text, ...numbers, ...times, status, traceparent: null, last_error: null, provider_id: null })
    .execute()
}

for (const engine of ENGINES) {
  t.test(`${engine}: the metrics of a task tell how long it was where, how often it moved, and its mails`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenTask(db, { dueAt: at('14:00:00'), now: at('12:00:00') })
    await commitOne(db, changeTask, { id, command: { do: 'edit', edit: { title: 'New' } }, actor: ANN, now: at('12:05:00') })
    await givenMoves(db, await getTask(db, id), [
      ['InProgress', at('12:10:00')],
      ['OnHold', at('12:30:00')],
      ['InProgress', at('12:40:00')],
      ['Completed', at('13:00:00')],
      ['InProgress', at('13:00:30')],
      ['Completed', new Date('2026-03-02T13:30:00.500Z')],
    ])
    await givenMail(db, id, 'Sent')
    await givenMail(db, id, 'Sent')
    await givenMail(db, id, 'Failed')
    await givenMail(db, id, 'Queued')
    await givenMail(db, id, 'Sent', 'slack')
    const idle = await givenTask(db, { now: at('13:59:00') })
    const tasks = [idle, await getTask(db, id)]
    const [second, first] = await listTaskMetrics(db, tasks, at('14:00:00'))
    t.strictSame(first, {
      id,
      status: 'Completed',
      assignee: 'bob@example.org',
      ageSeconds: 7200,
      secondsIn: { Pending: 600, InProgress: 1200 + 1200 + 1770.5, OnHold: 600, Completed: 30 + 1799.5, Cancelled: 0 },
      moves: 6,
      reopened: 1,
      deadlineMarginSeconds: 1799.5,
      mails: { sent: 2, failed: 1 },
    })
    t.strictSame(second, {
      id: idle.id,
      status: 'Pending',
      assignee: 'bob@example.org',
      ageSeconds: 60,
      secondsIn: { Pending: 60, InProgress: 0, OnHold: 0, Completed: 0, Cancelled: 0 },
      moves: 0,
      reopened: 0,
      deadlineMarginSeconds: null,
      mails: { sent: 0, failed: 0 },
    })
    t.strictSame(await listTaskMetrics(db, [], at('14:00:00')), [])
  })

  t.test(`${engine}: the deadline margin runs until completion, is negative when late, and ends with a cancellation`, async (t) => {
    const db = await freshDatabase(t, engine)
    const late = await givenTask(db, { dueAt: at('12:30:00') })
    const cancelled = await givenMoves(db, await givenTask(db, { dueAt: at('12:30:00') }), [['Cancelled', at('12:10:00')]])
    const metrics = await listTaskMetrics(db, [late, cancelled], at('12:31:00'))
    t.strictSame(
      metrics.map(({ deadlineMarginSeconds }) => deadlineMarginSeconds),
      [-60, null],
    )
  })

  t.test(`${engine}: aggregates count, and compare deadlines and lead times`, async (t) => {
    const db = await freshDatabase(t, engine)
    const done = await givenTask(db, { now: at('08:00:00'), dueAt: at('10:00:00') })
    await givenMoves(db, done, [
      ['InProgress', at('08:10:00')],
      ['Completed', at('09:00:00')],
    ])
    const lateDone = await givenTask(db, { now: at('08:30:00'), dueAt: at('09:00:00') })
    await commitOne(db, changeTask, { id: lateDone.id, command: { do: 'wake' }, actor: 'system:clock', now: at('09:00:00') })
    await givenMoves(db, lateDone, [
      ['InProgress', at('09:10:00')],
      ['Completed', at('11:30:00')],
    ])
    const late = await givenTask(db, { now: at('09:00:00'), dueAt: at('09:30:00'), assignee: 'eve@example.org' })
    await commitOne(db, changeTask, { id: late.id, command: { do: 'wake' }, actor: 'system:clock', now: at('09:30:00') })
    const gone = await givenTask(db, { now: at('09:00:00'), dueAt: at('10:00:00') })
    await commitOne(db, changeTask, { id: gone.id, command: { do: 'delete' }, actor: ANN, now: at('09:01:00') })

    const byAssignee = await aggregateTasks(db, 'assignee', {}, 10)
    t.strictSame(byAssignee.groups, [
      {
        key: 'bob@example.org',
        tasks: 2,
        completed: 2,
        overdue: 0,
        withDeadline: 2,
        breached: 1,
        breachRate: 0.5,
        averageLeadTimeSeconds: 7200,
        leadTimeP50Seconds: 3611.029,
        leadTimeP95Seconds: 10731.005,
      },
      {
        key: 'eve@example.org',
        tasks: 1,
        completed: 0,
        overdue: 1,
        withDeadline: 1,
        breached: 1,
        breachRate: 1,
        averageLeadTimeSeconds: null,
        leadTimeP50Seconds: null,
        leadTimeP95Seconds: null,
      },
    ])
    t.match(byAssignee.total, { tasks: 3, completed: 2, overdue: 1, breached: 2, averageLeadTimeSeconds: 7200 })
    const some = await aggregateTasks(db, 'status', { from: at('08:30:00'), to: at('09:00:00') }, 10)
    t.strictSame(
      some.groups.map(({ key, tasks }) => [key, tasks]),
      [['Completed', 1]],
    )
    t.equal((await aggregateTasks(db, 'assignee', {}, 1)).groups.length, 1)
    const none = await aggregateTasks(db, 'day', { from: at('23:00:00') }, 10)
    t.match(none, { total: { tasks: 0, breachRate: null, averageLeadTimeSeconds: null, leadTimeP50Seconds: null }, groups: [] })
  })
}

import { freshDatabase } from '@lifeline/testing/databases'
import { startMailServer } from '@lifeline/testing/mail-server'
import t from 'tap'
import { sendNotification } from '../src/send-notification.ts'
import { getNotification, givenNotification, listAlerts } from './given-notification.ts'
import { sendOptions } from './send-options.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** What a failure leads to: a rung of the ladder, or nothing more for this message; and when the clock would look after it. */
const STEPS = [
  { rung: 'retry.1s', wakeInMs: SECOND + 5 * MINUTE },
  { rung: 'retry.10s', wakeInMs: 10 * SECOND + 5 * MINUTE },
  { rung: 'retry.1m', wakeInMs: MINUTE + 5 * MINUTE },
  { rung: 'retry.10m', wakeInMs: 10 * MINUTE + 5 * MINUTE },
  { rung: undefined, wakeInMs: HOUR },
  { rung: undefined, wakeInMs: 6 * HOUR },
]

t.test('four failures walk the ladder, two wait in the database, and the seventh is the last', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const server = await startMailServer(t)
  server.refuse('ben@example.org', 451)
  const options = await sendOptions(t, db, server.url)
  const id = await givenNotification(db)
  for (const [i, { rung, wakeInMs }] of STEPS.entries()) {
    const before = Date.now()
    const verdict = await sendNotification(id, options)
    const after = Date.now()
    t.strictSame(typeof verdict === 'string' ? verdict : verdict.retry.name, rung ?? 'done', `failure ${i + 1}`)
    const row = await getNotification(db, id)
    t.match(row, { status: 'Queued', attempts: i + 1 })
    const wakeAt = row.wake_at?.getTime() ?? 0
    t.ok(wakeAt >= before + wakeInMs && wakeAt <= after + wakeInMs, `woken after ${wakeInMs / SECOND} s`)
    t.strictSame(await listAlerts(db), [])
  }
  t.equal(await sendNotification(id, options), 'done')
  t.match(await getNotification(db, id), { status: 'Failed', attempts: 7, wake_at: null, last_error: /451/ })
  t.match(await listAlerts(db), [{ detail: { notification: id, attempts: '7' } }])
})

t.test('a notification whose seven senders all died fails without being sent', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const server = await startMailServer(t)
  const id = await givenNotification(db)
  await db
    .updateTable('notifications')
    .set({ attempts: 7, status: 'Sending', wake_at: new Date(0) })
    .where('id', '=', id)
    .execute()
  t.equal(await sendNotification(id, await sendOptions(t, db, server.url)), 'done')
  t.match(await getNotification(db, id), { status: 'Failed', attempts: 7, last_error: /every sender ended/ })
  t.equal(server.mails.length, 0)
  t.equal((await listAlerts(db)).length, 1)
})

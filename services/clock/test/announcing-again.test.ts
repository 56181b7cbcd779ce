import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { announceDueNotifications } from '@lifeline/backbone/db/notifications/announce-notifications'
import { openDatabase } from '@lifeline/backbone/db/open'
import { CONCURRENT_ENGINES, freshDatabase, freshDatabaseUrl } from '@lifeline/testing/databases'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t from 'tap'
import { tick } from '../src/tick.ts'
import { givenNotifications } from './given-notification.ts'
import { tickOptions } from './given-task.ts'

const MINUTE = 60_000

t.test('a notification whose announcement was lost is announced after 15 minutes, then after twice as long each time', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  let at = new Date('2026-03-02T12:00:00.000Z')
  await givenNotifications(db, 1, at)
  const [first] = await db.selectFrom('outbox').selectAll().execute()
  await db.deleteFrom('outbox').execute()
  for (const minutes of [15, 30, 60, 120]) {
    t.equal(await announceDueNotifications(db, makeWriter(db), new Date(at.getTime() + minutes * MINUTE - 1), 10), 0)
    at = new Date(at.getTime() + minutes * MINUTE)
    t.equal(await announceDueNotifications(db, makeWriter(db), at, 10), 1, `after ${minutes} minutes`)
  }
  const again = await db.selectFrom('outbox').selectAll().orderBy('seq').execute()
  t.equal(again.length, 4)
  t.ok(again.every(({ body }) => body === first?.body))
  t.equal(new Set([first, ...again].map((row) => row?.message_id)).size, 5, 'each announcement is a message of its own')
})

t.test('a tick announces in machine time, wherever the domain clock stands', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  await givenNotifications(db, 3, new Date(Date.now() - 16 * MINUTE))
  await db.deleteFrom('outbox').execute()
  const options = tickOptions(db, virtualClock('1999-01-01T00:00:00.000Z'))
  t.equal(await tick(options), false)
  t.equal((await db.selectFrom('outbox').select('seq').execute()).length, 3)
  t.equal(options.wrote.length, 1)
  await tick(options)
  t.equal((await db.selectFrom('outbox').select('seq').execute()).length, 3)
  t.equal(options.wrote.length, 1)
})

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: clocks that announce at once announce each notification once`, async (t) => {
    const url = await freshDatabaseUrl(t, engine)
    const [db, other] = [await openDatabase(url), await openDatabase(url)]
    t.after(() => Promise.all([db.destroy(), other.destroy()]))
    const longAgo = new Date(Date.now() - 24 * 60 * MINUTE)
    await givenNotifications(db, 50, longAgo)
    await db.deleteFrom('outbox').execute()
    await Promise.all([db, other, db, other].map((one) => announceDueNotifications(one, makeWriter(one), new Date(), 200)))
    t.equal((await db.selectFrom('outbox').select('seq').execute()).length, 50)
  })
}

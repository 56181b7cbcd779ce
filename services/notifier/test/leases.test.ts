import { commitOne } from '@lifeline/backbone/db/commit'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { announceDueNotifications } from '@lifeline/backbone/db/notifications/announce-notifications'
import { claimNotification } from '@lifeline/backbone/db/notifications/change-notification'
import { openDatabase } from '@lifeline/backbone/db/open'
import { ENGINES, freshDatabase, freshDatabaseUrl } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { startMailServer } from '@lifeline/testing/mail-server'
import { startProxy } from '@lifeline/testing/tcp-proxy'
import t from 'tap'
import { sendNotification } from '../src/send-notification.ts'
import { getNotification, givenNotification } from './given-notification.ts'
import { optionsWith, sendOptions } from './send-options.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: of many senders of one notification one sends`, async (t) => {
    const db = await freshDatabase(t, engine)
    const server = await startMailServer(t)
    const options = await sendOptions(t, db, server.url)
    const ids = [await givenNotification(db), await givenNotification(db)]
    const verdicts = await Promise.all(ids.flatMap((id) => Array.from({ length: 5 }, () => sendNotification(id, options))))
    t.strictSame(verdicts.toSorted(), [...Array(2).fill('done'), ...Array(8).fill('ignored')])
    t.equal(server.mails.length, 2)
  })
}

t.test('a notification whose sender was killed is announced and sent again when its lease is over, and not before', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const server = await startMailServer(t)
  const options = await sendOptions(t, db, server.url)
  const id = await givenNotification(db)
  const claimedAt = new Date(Date.now() - 60_000)
  t.match(await commitOne(db, claimNotification, { id, machineNow: claimedAt }), { kind: 'claimed' })
  t.equal(await announceDueNotifications(db, makeWriter(db), new Date(claimedAt.getTime() + 59_999), 10), 0)
  t.equal(await announceDueNotifications(db, makeWriter(db), new Date(claimedAt.getTime() + 60_000), 10), 1)
  t.match(await getNotification(db, id), { status: 'Queued', attempts: 1, announcements: 2 })
  const announced = await db.selectFrom('outbox').selectAll().orderBy('seq').execute()
  t.strictSame(JSON.parse(announced.at(-1)?.body ?? ''), { notificationId: id })
  t.not(announced.at(-1)?.message_id, announced.at(-2)?.message_id, 'no broker takes the second announcement for the first')
  t.equal(await sendNotification(id, options), 'done')
  t.match(await getNotification(db, id), { status: 'Sent', attempts: 2 })
  t.equal(server.mails.length, 1)
})

t.test('a sender that was too slow does not overwrite what its successor has recorded', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const server = await startMailServer(t)
  const options = await sendOptions(t, db, server.url)
  const id = await givenNotification(db)
  const slow = {
    ...options.mailer,
    async send() {
      await db
        .updateTable('notifications')
        .set({ wake_at: new Date(0) })
        .where('id', '=', id)
        .execute()
      await sendNotification(id, options)
      throw new Error('too late')
    },
  }
  t.equal(await sendNotification(id, optionsWith(db, slow)), 'done')
  t.match(await getNotification(db, id), { status: 'Sent', attempts: 2 })
  t.equal(server.mails.length, 1)
})

t.test('a mail that went out while the database was away stays in hand until that can be recorded', async (t) => {
  const url = await freshDatabaseUrl(t, 'postgres')
  const proxy = await startProxy(t, url)
  const [db, direct] = [await openDatabase(proxy.url), await openDatabase(url)]
  t.after(() => Promise.all([db.destroy(), direct.destroy()]))
  const server = await startMailServer(t)
  const options = await sendOptions(t, db, server.url)
  const id = await givenNotification(db)
  const mailer = {
    ...options.mailer,
    async send(mail: Parameters<typeof options.mailer.send>[0]) {
      const sent = await options.mailer.send(mail)
      proxy.down()
      return sent
    },
  }
  const sending = sendNotification(id, optionsWith(db, mailer))
  await server.waitFor(1)
  await eventually(async () => (await getNotification(direct, id)).status === 'Sending')
  t.equal(await Promise.race([sending, eventually(() => true, { everyMs: 700 }).then(() => 'waits')]), 'waits')
  proxy.up()
  t.equal(await sending, 'done')
  t.match(await getNotification(direct, id), { status: 'Sent', attempts: 1 })
  t.equal(server.mails.length, 1)
})

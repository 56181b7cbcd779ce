import { announceDueNotifications } from '@lifeline/backbone/db/notifications/announce-notifications'
import { findNotifications } from '@lifeline/backbone/db/notifications/notification'
import type { Db } from '@lifeline/backbone/db/schema'
import { freshDatabase } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { givenChannel } from '@lifeline/testing/given-channel'
import { startMailServer } from '@lifeline/testing/mail-server'
import { startProvider } from '@lifeline/testing/provider'
import t from 'tap'
import { sendNotification } from '../src/send-notification.ts'
import { givenSender } from './given-channel-notification.ts'
import { ANN, givenIncidents } from './given-incidents.ts'
import { listAlerts } from './given-notification.ts'
import { optionsWith, sendOptions } from './send-options.ts'

const statusesOf = async (db: Db, ids: string[]) => [...new Set((await findNotifications(db, ids)).map(({ status }) => status))]

async function given(t: Parameters<typeof freshDatabase>[0]) {
  const db = await freshDatabase(t, 'pglite')
  const server = await startMailServer(t)
  const options = await sendOptions(t, db, server.url)
  return { db, server, options, send: (id = '') => sendNotification(id, options) }
}

t.test('thirty that are Down are one mail, which says of each why and since when; all of them are Sent', async (t) => {
  const { db, server, send } = await given(t)
  const data = (i: number) => ({
    reason: i === 0 ? 'signal' : 'missed',
    error: i === 0 ? 'disk\nfull' : 'No success in time.',
    openedAt: `2026-12-04T09:00:${String(i).padStart(2, '0')}.000Z`,
  })
  const ids = await givenIncidents(db, { count: 30, data })
  t.equal(await send(ids[0]), 'done')
  const [mail] = server.mails
  t.match(mail, { to: [ANN], subject: '30 schedulers are down' })
  t.match(
    mail?.text,
    /^They went Down at about the same time\.\n\nFirst down: Friday, 4 December 2026 at 10:00 \(Europe\/Berlin\)\n\n- job 0: /,
  )
  t.match(mail?.text, /^- job 0: It reported a failure\. Since 4 Dec 2026, 10:00:00\. disk full$/m)
  t.match(mail?.text, /^- job 1: It did not succeed in time\. Since 4 Dec 2026, 10:00:01\.$/m)
  t.match(mail?.text, /^ {2}https:\/\/tasks\.example\.org\/incidents\/[0-9a-f-]{36}$/m)
  t.equal(mail?.text.match(/^- job/gm)?.length, 30)
  t.equal(mail?.html.match(/<li><a href="https:\/\/tasks\.example\.org\/incidents\/[0-9a-f-]{36}">job/g)?.length, 30)
  t.strictSame(await statusesOf(db, ids), ['Sent'])
  t.strictSame(new Set((await findNotifications(db, ids)).map(({ provider_id }) => provider_id)).size, 1)
  for (const id of ids) t.equal(await send(id), 'ignored')
  t.equal(server.mails.length, 1)
})

t.test('of more than fifty the others are counted; names are no markup', async (t) => {
  const { db, server, send } = await given(t)
  const [id] = await givenIncidents(db, { count: 53, data: (i) => ({ name: i === 0 ? '<b>x</b>\n- y: z' : `job ${i}` }) })
  await send(id)
  t.match(server.mails[0], { subject: '53 schedulers are down', text: /^and 3 more$/m })
  t.match(server.mails[0]?.html, />&lt;b&gt;x&lt;\/b&gt; - y: z<\/a>.*<li>and 3 more<\/li>/)
})

t.test('what is up again says for how long it was down; what was paused or deleted is no longer down', async (t) => {
  const { db, server, send } = await given(t)
  const ended = { status: 'Resolved', resolution: 'recovered', downtimeSeconds: 300 } as const
  const [up] = await givenIncidents(db, { what: 'resolved', count: 12, data: () => ended })
  await send(up)
  t.match(server.mails[0], { subject: '12 schedulers are up again', text: /^- job 3: Up again, was down 5 minutes\.$/m })
  await db.deleteFrom('notifications').execute()
  const [some] = await givenIncidents(db, {
    what: 'resolved',
    count: 2,
    data: (i) => ({ ...ended, resolution: i === 0 ? 'paused' : 'recovered' }),
  })
  await send(some)
  t.match(server.mails[1], { subject: '2 schedulers are no longer down', text: /^- job 0: Paused, was down 5 minutes\.$/m })
})

t.test('reminders of many are one, and one scheduler that went Down twice is one', async (t) => {
  const { db, server, send } = await given(t)
  const [id] = await givenIncidents(db, { what: 'reminder', count: 3, data: () => ({ openedAt: '2026-12-04T07:00:05.000Z' }) })
  await send(id)
  t.match(server.mails[0], { subject: '3 schedulers are still down', text: /^- job 1: Down for 2 hours\.$/m })
  t.match(server.mails[0]?.text, /Acknowledge the incidents/)
  const [twice] = await givenIncidents(db, { count: 2, data: () => ({ schedulerId: 'x' }) })
  await send(twice)
  t.match(server.mails[1], { subject: '1 scheduler is down', text: /^It went Down several times\.$/m })
})

t.test('that one is up again waits, without a try, as long as it is not told that it is down', async (t) => {
  const { db, server, send } = await given(t)
  server.refuse(ANN, 451)
  const data = (i: number) => ({ id: `019cb3a0-0000-7000-8000-00000000010${i}` })
  const [opened] = await givenIncidents(db, { count: 2, data })
  t.match(await send(opened), { retry: { name: 'retry.1s' } })
  const resolved = await givenIncidents(db, { what: 'resolved', count: 2, data })
  t.equal(await send(resolved[0]), 'done')
  t.match(await findNotifications(db, resolved), [
    { status: 'Queued', attempts: 0, announcements: 0, told_slot: null },
    { status: 'Queued', attempts: 0, announcements: 0, told_slot: null },
  ])
  server.refuse(ANN)
  t.equal(await send(opened), 'done')
  t.equal(await send(resolved[0]), 'done')
  t.match(server.mails, [{ subject: '2 schedulers are down' }, { subject: '2 schedulers are up again' }])
  t.equal(server.mails.length, 2)
})

t.test('when it cannot be sent yet all of them wait, and go together with the next try', async (t) => {
  const { db, server, send } = await given(t)
  server.refuse(ANN, 451)
  const ids = await givenIncidents(db, { count: 5 })
  t.match(await send(ids[0]), { retry: { name: 'retry.1s' } })
  const waiting = await findNotifications(db, ids)
  t.ok(waiting.every(({ status, attempts, wake_at }) => status === 'Queued' && attempts === 1 && Number(wake_at) > Date.now() + 60_000))
  server.refuse(ANN)
  t.equal(await send(ids[0]), 'done')
  t.match(server.mails, [{ subject: '5 schedulers are down' }])
  t.strictSame(await statusesOf(db, ids), ['Sent'])
})

t.test('when it is refused for good all of them have failed, with one alert', async (t) => {
  const { db, server, send } = await given(t)
  server.refuse(ANN, 550)
  const ids = await givenIncidents(db, { count: 5 })
  t.equal(await send(ids[0]), 'done')
  t.strictSame(await statusesOf(db, ids), ['Failed'])
  t.equal((await listAlerts(db)).length, 1)
})

t.test('one that went along seven times ends by itself, with an alert; the others go on', async (t) => {
  const { db, server, send } = await given(t)
  server.refuse(ANN, 451)
  const ids = await givenIncidents(db, { count: 3 })
  await db
    .updateTable('notifications')
    .set({ attempts: 6 })
    .where('id', '=', ids[1] ?? '')
    .execute()
  t.match(await send(ids[0]), { retry: { name: 'retry.1s' } })
  const rows = new Map((await findNotifications(db, ids)).map((row) => [row.id, row.status]))
  t.strictSame(
    ids.map((id) => rows.get(id)),
    ['Queued', 'Failed', 'Queued'],
  )
  t.match(await listAlerts(db), [{ detail: { notification: ids[1], attempts: '7' } }])
})

t.test('a sender that dies with all of them in hand leaves them to the next', async (t) => {
  const { db, server, options, send } = await given(t)
  const ids = await givenIncidents(db, { count: 4 })
  const dying = { ...options.mailer, send: () => new Promise<string>(() => {}) }
  sendNotification(ids[0] ?? '', optionsWith(db, dying))
  await eventually(async () => (await statusesOf(db, ids)).join() === 'Sending')
  await db
    .updateTable('notifications')
    .set({ wake_at: new Date(0) })
    .execute()
  t.equal(await announceDueNotifications(db, options.writer, new Date(), 100), 4)
  t.equal(await send(ids[0]), 'done')
  t.match(server.mails, [{ subject: '4 schedulers are down' }])
  t.strictSame(await statusesOf(db, ids), ['Sent'])
})

t.test('Slack gets a list too, of what there is room for', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const slack = await startProvider(t)
  const { send } = givenSender(db)
  const channel = await givenChannel(db, { type: 'slack', settings: { url: `${slack.url}/services/T/B/X` } })
  const ids = await givenIncidents(db, { count: 60, channel, data: (i) => ({ name: `<job>|${i}` }) })
  t.equal(await send(ids[0] ?? ''), 'done')
  const { text } = JSON.parse(slack.received[0]?.body ?? '')
  const link = /^• <https:\/\/tasks\.example\.org\/incidents\/[0-9a-f-]{36}\|&lt;job&gt;\/\d+>: It did not succeed in time\./gm
  t.match(text, /^\*60 schedulers are down\*\nThey went Down/)
  const listed = text.match(link)?.length ?? 0
  t.ok(listed > 10 && listed < 50, String(listed))
  t.match(text, new RegExp(`\\nand ${60 - listed} more\\n<https://tasks.example.org/incidents\\|Open the incidents>$`))
  t.ok(text.length < 3_600)
  t.equal(slack.received.length, 1)
  t.strictSame(await statusesOf(db, ids), ['Sent'])
})

t.test('through a channel that was disabled meanwhile none of them goes, and nobody is told so again', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const slack = await startProvider(t, { status: 404, body: 'no_service' })
  const { send } = givenSender(db)
  const channel = await givenChannel(db, { type: 'slack', settings: { url: `${slack.url}/services/T/B/X` } })
  const ids = await givenIncidents(db, { count: 6, channel })
  t.equal(await send(ids[0] ?? ''), 'done')
  t.strictSame(await statusesOf(db, ids), ['Failed'])
  t.equal((await listAlerts(db)).length, 1)
})

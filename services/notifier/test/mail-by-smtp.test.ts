import { freshDatabase } from '@lifeline/testing/databases'
import { startMailServer } from '@lifeline/testing/mail-server'
import t from 'tap'
import { sendNotification } from '../src/send-notification.ts'
import { getNotification, givenNotification } from './given-notification.ts'
import { sendOptions } from './send-options.ts'

t.test('a mail arrives as one, with everything its reader needs', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const server = await startMailServer(t)
  const id = await givenNotification(db, { task: { title: 'Order <b>the</b> laptop & bag', description: 'For "Kim"' } })
  t.equal(await sendNotification(id, await sendOptions(t, db, server.url)), 'done')
  const [mail] = server.mails
  t.equal(server.mails.length, 1)
  t.match(mail, { from: 'lifeline@example.org', to: ['ben@example.org'], subject: 'New task: Order <b>the</b> laptop & bag' })
  t.match(mail?.headers, { 'auto-submitted': 'auto-generated', 'message-id': `<${id}@lifeline>`, to: 'ben@example.org' })
  for (const words of [
    'ann@example.org gave you a task.',
    'Order <b>the</b> laptop & bag',
    '4 December 2026 at 13:00 (Europe/Berlin), in 3 hours',
    'For "Kim"',
    'https://tasks.example.org/tasks/019cb3a0-0000-7000-8000-000000000001',
  ])
    t.ok(mail?.text.includes(words), words)
  for (const words of [
    'Order &lt;b&gt;the&lt;/b&gt; laptop &amp; bag',
    'at 13:00 (Europe/Berlin), in 3 hours',
    'For &quot;Kim&quot;',
    '<a href="https://tasks.example.org/tasks/019cb3a0-0000-7000-8000-000000000001">',
  ])
    t.ok(mail?.html.includes(words), words)
  t.notMatch(mail?.html, /<b>the/)
  t.match(await getNotification(db, id), { status: 'Sent', attempts: 1, wake_at: null, sent_at: Date, last_error: null })
})

t.test('a mail that is sent again has the same Message-ID', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const server = await startMailServer(t)
  const options = await sendOptions(t, db, server.url)
  const id = await givenNotification(db)
  await sendNotification(id, options)
  // As if the sender had died before it could record the server's yes.
  await db
    .updateTable('notifications')
    .set({ status: 'Sending', wake_at: new Date(0), sent_at: null })
    .where('id', '=', id)
    .execute()
  await sendNotification(id, options)
  t.equal(server.mails.length, 2)
  t.equal(server.mails[0]?.headers['message-id'], server.mails[1]?.headers['message-id'])
})

t.test('an address is one address, whatever it looks like', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const server = await startMailServer(t)
  const options = await sendOptions(t, db, server.url)
  const recipients = ["o'neil&sons@example.org", 'first.last+tag@example.org', 'zoë@example.org']
  for (const recipient of recipients) t.equal(await sendNotification(await givenNotification(db, { recipient }), options), 'done')
  t.strictSame(
    server.mails.map(({ to }) => to),
    recipients.map((recipient) => [recipient]),
  )
})

import { changeChannel } from '@lifeline/backbone/db/channels/change-channel'
import { commitOne } from '@lifeline/backbone/db/commit'
import { freshDatabase } from '@lifeline/testing/databases'
import { givenChannel } from '@lifeline/testing/given-channel'
import { startMailServer } from '@lifeline/testing/mail-server'
import t from 'tap'
import { renderMail } from '../src/mail/render.ts'
import { sendNotification } from '../src/send-notification.ts'
import { givenChannelNotification } from './given-channel-notification.ts'
import { getNotification } from './given-notification.ts'
import { SECRETS, sendOptions } from './send-options.ts'

t.test('a list of addresses hears of an event in words for anybody; disabled it hears nothing', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const server = await startMailServer(t)
  const options = await sendOptions(t, db, server.url)
  const channel = await givenChannel(db, { type: 'email', settings: { addresses: ['duty@example.org'] } })
  t.equal(await sendNotification(await givenChannelNotification(db, channel, { template: 'task.created' }), options), 'done')
  t.match(server.mails, [
    {
      to: ['duty@example.org'],
      subject: 'New task: Order the laptop',
      text: /^ann@example\.org gave a task to ben@example\.org\.\n\nTask: {6}Order the laptop\n/,
    },
  ])
  const waiting = await givenChannelNotification(db, channel)
  await commitOne(db, changeChannel, { id: channel.id, command: { do: 'disable', reason: null }, actor: 'user:1', now: new Date() })
  t.equal(await sendNotification(waiting, options), 'done')
  t.match(await getNotification(db, waiting), { status: 'Failed', last_error: 'The channel is disabled.' })
  t.equal(server.mails.length, 1)
  t.strictSame(await db.selectFrom('outbox').select('seq').where('routing_key', '=', 'alert.operations').execute(), [])
})

t.test('an event of a kind that nobody has written words for is told all the same', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const server = await startMailServer(t)
  const channel = await givenChannel(db, { type: 'email', settings: { addresses: ['duty@example.org'] } })
  const data = {
    before: { status: 'Packed' },
    after: { name: 'Two\nchairs', status: 'Shipped' },
    actor: 'system:clock',
    reason: 'fetched',
    at: '2026-12-04T09:00:00.000Z',
  }
  const id = await givenChannelNotification(db, channel, { template: 'order.shipped', data, subject: 'order/1' })
  await sendNotification(id, await sendOptions(t, db, server.url))
  t.match(server.mails, [
    { subject: 'order shipped: Two chairs', text: /Status: {4}Packed to Shipped\nReason: {4}fetched\nBy: {8}The system/ },
  ])
})

t.test('whoever made a channel reads who disabled it, and why', async (t) => {
  const context = { publicUrl: 'https://x', timeZone: 'UTC', secrets: SECRETS, recipient: 'ann@example.org', queuedAt: new Date() }
  const after = { name: 'Chat', type: 'slack' }
  const mail = (actor: string) => renderMail('channel.disabled', { after, actor, reason: 'Slack answered 404.', at: '' }, context)
  t.match(mail('system:notifier'), {
    subject: 'The channel Chat is disabled',
    text: /refuses for good[\s\S]*Reason: {4}Slack answered 404\./,
  })
  t.match(mail('mailto:ben@example.org'), { text: /^ben@example\.org disabled it/ })
  t.notMatch(mail('mailto:ben@example.org').text, /Set it right/)
})

import { startMailServer } from '@lifeline/testing/mail-server'
import { createTransport } from 'nodemailer'
import t from 'tap'

const MAIL = { from: 'lifeline@example.org', to: 'ann@example.org', subject: 'Grüße', text: 'Hello', html: '<p>Hello</p>' }

t.test('keeps what it is sent, and refuses whom it is told to', async (t) => {
  const server = await startMailServer(t)
  const transport = createTransport(server.url)
  t.after(() => transport.close())
  await transport.sendMail(MAIL)
  t.match(await server.waitFor(1), [
    { from: 'lifeline@example.org', to: ['ann@example.org'], subject: 'Grüße', text: /Hello/, html: /<p>Hello/ },
  ])

  server.refuse('ann@example.org', 550, 'No such mailbox')
  t.match(await transport.sendMail(MAIL).catch((error) => error), { responseCode: 550 })
  server.refuse('ann@example.org')
  await transport.sendMail({ ...MAIL, subject: 'again' })
  await server.waitFor((mail) => mail.subject === 'again')
  t.equal(server.mails.length, 2)
})

import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { findOrMakeApiKey } from '../src/kept-secrets.ts'
import { openMailbox } from '../src/mailbox/mailbox.ts'
import { mailboxPage } from '../src/mailbox/page.ts'
import { keepAlerts } from '../src/mailbox/routes.ts'
import { startSmtpServer } from '../src/mailbox/smtp-server.ts'

const mail = (subject: string) => Buffer.from(`To: ben@example.org\r\nSubject: ${subject}\r\n\r\nText of ${subject}\r\n`)

t.test('the mailbox keeps mails in files, the newest first, also after it is opened again', async (t) => {
  const folder = join(t.testdir(), 'mailbox')
  const first = await openMailbox(folder)
  for (const subject of ['one', 'two', 'three']) await first.add(mail(subject))
  const subjects = (box: typeof first) => box.list().map(({ subject }) => subject)
  t.strictSame(subjects(first), ['three', 'two', 'one'])
  t.match(first.find(first.list()[0]?.id ?? ''), { to: 'ben@example.org', subject: 'three', text: /^Text of three/ })
  // As left by a process that was killed while it wrote.
  await writeFile(join(folder, 'half.part'), 'To: ')
  const second = await openMailbox(folder)
  t.strictSame(subjects(second), ['three', 'two', 'one'])
  t.equal((await readdir(folder)).filter((file) => file.endsWith('.eml')).length, 3)
})

t.test('a thousand mails are kept; the oldest go', async (t) => {
  const folder = t.testdir(
    Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`${String(i).padStart(5, '0')}.eml`, mail(`no ${i}`)])),
  )
  const box = await openMailbox(folder)
  t.match([box.list().length, box.list().at(-1)], [1_000, { subject: 'no 1' }])
  await box.add(mail('one more'))
  t.match([box.list().length, box.list()[0], box.list().at(-1)], [1_000, { subject: 'one more' }, { subject: 'no 2' }])
  t.equal((await readdir(folder)).length, 1_000)
})

t.test('alerts stand on the page, the newest first, and nothing in them becomes HTML', async (t) => {
  const { alerts, deliver } = keepAlerts(2)
  for (const summary of ['first', '<script>second', 'third']) {
    await deliver({ id: summary, time: new Date(0), data: { key: 'k', severity: 'error', summary, detail: { error: '<img src=x>' } } })
  }
  const page = mailboxPage([], alerts, undefined)
  t.match(page, /third.*&lt;script&gt;second/s)
  t.notMatch(page, /first|<script>|<img/)
  t.match(page, /No mails yet/)
})

t.test('the mail server says no when a mail cannot be stored', async (t) => {
  const box = await openMailbox(join(t.testdir(), 'mailbox'))
  const server = await startSmtpServer({
    ...box,
    add: async () => {
      throw new Error('The disk is full.')
    },
  })
  t.after(() => server.close())
  const { openMailer } = await import('@lifeline/notifier/mail/open-mailer')
  const mailer = await openMailer(server.url, 'lifeline@example.org')
  t.after(() => mailer.close())
  const sending = mailer.send({ messageId: '1', to: 'ben@example.org', subject: 's', text: 't', html: 'h' })
  await t.rejects(sending, { name: 'DelayedError' })
})

t.test('the API key is made once, whoever asks at the same moment', async (t) => {
  const folder = join(t.testdir(), 'data')
  const keys = await Promise.all(Array.from({ length: 8 }, () => findOrMakeApiKey(folder)))
  t.match(keys[0], /^llk_local_[0-9a-f]{48}$/)
  t.equal(new Set([...keys, await findOrMakeApiKey(folder)]).size, 1)
  t.strictSame(await readdir(folder), ['api-key'])
})

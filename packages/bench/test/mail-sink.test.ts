import nodemailer from 'nodemailer'
import t from 'tap'
import { smtpSession, startMailSink } from '../src/mail-sink.ts'

t.test('a real client hands over its mails', async (t) => {
  const closers: (() => unknown)[] = []
  const sink = await startMailSink({ after: (close) => void closers.push(close), close: async () => {} })
  const transport = nodemailer.createTransport({ url: sink.url, pool: true })
  const mail = (to: string) => transport.sendMail({ from: 'a@example.org', to, subject: 'Hello', text: 'one\n.\ntwo' })
  await Promise.all([mail('ann@example.org'), mail('bob@example.org')])
  await mail('bob@example.org')
  transport.close()
  t.strictSame([...sink.arrivedAt.keys()].toSorted(), ['ann@example.org', 'bob@example.org'])
  t.equal(sink.repeated(), 1)
  for (const close of closers) close()
})

t.test('a conversation in pieces', async (t) => {
  const answers: string[] = []
  const arrived: string[] = []
  const take = smtpSession({ answer: (line) => void answers.push(line), arrived: (to) => void arrived.push(to), quit: () => {} })
  const said =
    'EHLO me\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nSubject: x\r\n\r\nRCPT TO:<c@example.org>\r\n.\r\nQUIT\r\n'
  for (const character of said) take(character)
  t.strictSame(arrived, ['b@example.org'])
  t.strictSame(answers, ['250 ok', '250 ok', '250 ok', '354 go on', '250 taken', '221 bye'])
})

import { freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { sesMailer } from '../src/mail/ses.ts'
import { sendNotification } from '../src/send-notification.ts'
import { DelayedError } from '../src/senders/sender.ts'
import { getNotification, givenNotification, listAlerts } from './given-notification.ts'
import { startLocalSes, startSesThat, useTestCredentials } from './local-ses.ts'
import { FROM, sendOptions } from './send-options.ts'

useTestCredentials()
const MAIL = { messageId: 'n1', to: 'ben@example.org', subject: 'Hello', text: 'text', html: '<p>html' }

t.test('a mail goes out through SES, and its id there is kept', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const ses = await startLocalSes(t)
  const id = await givenNotification(db, { task: { title: 'Größe <1>' } })
  t.equal(await sendNotification(id, await sendOptions(t, db, ses.mailUrl)), 'done')
  const [email] = await ses.emails()
  t.match(email, {
    from: FROM,
    destination: { to: ['ben@example.org'] },
    subject: 'New task: Größe <1>',
    body: { text: /Größe <1>/, html: /Größe &lt;1&gt;/ },
    headers: [
      { name: 'Auto-Submitted', value: 'auto-generated' },
      { name: 'X-Lifeline-Notification', value: id },
    ],
  })
  t.match(await getNotification(db, id), { status: 'Sent', provider_id: email?.messageId })
})

t.test('a mail that SES itself finds wrong is not tried again', async (t) => {
  const ses = await startLocalSes(t)
  const mailer = sesMailer(ses.mailUrl, FROM)
  t.after(() => mailer.close())
  await t.rejects(mailer.send({ ...MAIL, subject: '' }), { name: 'RefusedError', message: /^SES: / })
})

const ANSWERS: [number, string, 'Queued' | 'Failed'][] = [
  [429, 'TooManyRequestsException', 'Queued'],
  [400, 'ThrottlingException', 'Queued'],
  [400, 'LimitExceededException', 'Queued'],
  [400, 'SendingPausedException', 'Queued'],
  [400, 'AccountSuspendedException', 'Queued'],
  [403, 'UnrecognizedClientException', 'Queued'],
  [500, 'InternalServiceErrorException', 'Queued'],
  [503, 'ServiceUnavailable', 'Queued'],
  [400, 'MessageRejected', 'Failed'],
  [400, 'MailFromDomainNotVerifiedException', 'Failed'],
  [400, 'BadRequestException', 'Failed'],
]

t.test('what SES says of the mail is final, and what it says of us or itself is not', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  for (const [status, type, outcome] of ANSWERS) {
    await t.test(`${status} ${type}: ${outcome}`, async (t) => {
      let requests = 0
      const url = await startSesThat(t, (_, response) => {
        requests++
        response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
        response.end(JSON.stringify({ message: 'Said the service' }))
      })
      const id = await givenNotification(db)
      const verdict = await sendNotification(id, await sendOptions(t, db, url))
      t.match(await getNotification(db, id), { status: outcome, attempts: 1, last_error: new RegExp(`^SES: ${type}: Said the service`) })
      if (outcome === 'Queued') t.match(verdict, { retry: { name: 'retry.1s' } })
      t.equal(requests, 1, 'the SDK does not try again by itself: the row counts')
    })
  }
  const failed = ANSWERS.filter(([, , outcome]) => outcome === 'Failed')
  t.equal((await listAlerts(db)).length, failed.length)
})

t.test('an answer that is no JSON, a cut connection and silence delay a mail', async (t) => {
  const urls = await Promise.all([
    startSesThat(t, (_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway')),
    startSesThat(t, (request) => request.socket.destroy()),
    startSesThat(t, () => {}),
  ])
  for (const url of urls) {
    const mailer = sesMailer(url, FROM, { timeoutMs: 200 })
    await t.rejects(mailer.send(MAIL), DelayedError)
    await mailer.close()
  }
})

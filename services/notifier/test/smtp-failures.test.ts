import { freshDatabase } from '@lifeline/testing/databases'
import { freePort } from '@lifeline/testing/free-ports'
import { startMailServer } from '@lifeline/testing/mail-server'
import t from 'tap'
import { sendNotification } from '../src/send-notification.ts'
import { getNotification, givenNotification, listAlerts } from './given-notification.ts'
import { type Answers, startScriptedSmtp } from './scripted-smtp.ts'
import { sendOptions } from './send-options.ts'

const RUNG = { retry: { name: 'retry.1s' } }

t.test('a refused recipient is Failed at once, with one alert and no mail about it', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const server = await startMailServer(t)
  server.refuse('ben@example.org', 550, 'No such mailbox')
  const options = await sendOptions(t, db, server.url)
  const id = await givenNotification(db)
  t.equal(await sendNotification(id, options), 'done')
  t.match(await getNotification(db, id), { status: 'Failed', attempts: 1, wake_at: null, last_error: /refused it: .*550/ })
  const alert = { key: 'notification.email', severity: 'error', detail: { notification: id, attempts: '1', error: /550/ } }
  t.match(await listAlerts(db), [alert])
  t.equal((await db.selectFrom('notifications').select('id').execute()).length, 1)
  t.equal(await sendNotification(id, options), 'ignored', 'it is not tried again')
  t.equal((await listAlerts(db)).length, 1)
})

t.test('a recipient refused for now goes down the ladder', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const server = await startMailServer(t)
  server.refuse('ben@example.org', 451)
  const options = await sendOptions(t, db, server.url)
  const id = await givenNotification(db)
  t.match(await sendNotification(id, options), { ...RUNG, reason: /451/ })
  t.match(await getNotification(db, id), { status: 'Queued', attempts: 1, last_error: /451/ })
  server.refuse('ben@example.org')
  t.equal(await sendNotification(id, options), 'done')
  t.match(await getNotification(db, id), { status: 'Sent', attempts: 2, last_error: null })
  t.strictSame(await listAlerts(db), [])
})

t.test('a server that is away is waited for', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const port = await freePort()
  const options = await sendOptions(t, db, `smtp://127.0.0.1:${port}`)
  const id = await givenNotification(db)
  t.match(await sendNotification(id, options), { ...RUNG, reason: /ECONNREFUSED/ })
  const { commands } = await startScriptedSmtp(t, {}, port)
  t.equal(await sendNotification(id, options), 'done')
  t.ok(commands.includes('RCPT TO:<ben@example.org>'))
})

const DELAYED: [string, Answers, RegExp][] = [
  ['a refused login', { EHLO: '250 AUTH PLAIN', AUTH: '535 5.7.8 Wrong password' }, /535/],
  ['a refused greeting', { greeting: '554 No service here' }, /554/],
  ['a full queue', { MAIL: '452 4.3.1 Insufficient storage' }, /452/],
  ['a greylisting', { RCPT: '450 4.2.0 Greylisted' }, /450/],
  ['a mail deferred at its end', { '.': '451 4.7.1 Try again later' }, /451/],
]
const REFUSED: [string, Answers, RegExp][] = [
  ['a refused sender', { MAIL: '550 5.1.8 Sender rejected' }, /550/],
  ['a refused message', { '.': '554 5.7.1 Message rejected as spam' }, /554/],
]

t.test('what is about the mail is final, and what is about the server is not', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  for (const [what, answers, error] of DELAYED) {
    await t.test(`${what} delays it`, async (t) => {
      const { host } = await startScriptedSmtp(t, answers)
      const id = await givenNotification(db)
      t.match(await sendNotification(id, await sendOptions(t, db, `smtp://ann:secret@${host}`)), RUNG)
      t.match(await getNotification(db, id), { status: 'Queued', last_error: error })
    })
  }
  for (const [what, answers, error] of REFUSED) {
    await t.test(`${what} fails it`, async (t) => {
      const { host } = await startScriptedSmtp(t, answers)
      const id = await givenNotification(db)
      t.equal(await sendNotification(id, await sendOptions(t, db, `smtp://${host}`)), 'done')
      t.match(await getNotification(db, id), { status: 'Failed', last_error: error })
    })
  }
  await t.test('an address that cannot even be asked about fails it', async (t) => {
    const { host } = await startScriptedSmtp(t)
    const id = await givenNotification(db, { recipient: '<>' })
    t.equal(await sendNotification(id, await sendOptions(t, db, `smtp://${host}`)), 'done')
    t.match(await getNotification(db, id), { status: 'Failed', last_error: /nvalid recipient|No recipients/ })
  })
  await t.test('a template that does not exist fails it', async (t) => {
    const { host } = await startScriptedSmtp(t)
    const id = await givenNotification(db, { template: 'task.exploded' })
    t.equal(await sendNotification(id, await sendOptions(t, db, `smtp://${host}`)), 'done')
    t.match(await getNotification(db, id), { status: 'Failed', last_error: /no mail template task\.exploded/ })
  })
})

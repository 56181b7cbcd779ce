import { makeWriter } from '@lifeline/backbone/db/group-commit'
import type { Db } from '@lifeline/backbone/db/schema'
import { systemClock } from '@lifeline/backbone/process/clock'
import { makeLog } from '@lifeline/backbone/process/log'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import type { TestScope } from '@lifeline/testing/test-scope'
import type { Mailer } from '../src/mail/mailer.ts'
import { openMailer } from '../src/mail/open-mailer.ts'
import type { SendOptions } from '../src/send-notification.ts'
import { makeSenders } from '../src/senders/senders.ts'

export const FROM = 'Lifeline <lifeline@example.org>'
export const SECRETS = makeSecrets('a secret of tests, for nothing that lasts')

/** What sendNotification needs, with a mailer for `mailUrl` that is closed after the test. Channels may lead to this machine. */
export async function sendOptions(t: TestScope, db: Db, mailUrl: string): Promise<SendOptions & { mailer: Mailer }> {
  const mailer = await openMailer(mailUrl, FROM)
  t.after(() => mailer.close())
  return { mailer, ...optionsWith(db, mailer) }
}

/** The same with a mailer of the test's own. */
export function optionsWith(db: Db, mailer: Mailer, { allowPrivate = true, timeoutMs = 15_000 } = {}): SendOptions {
  const { signal } = new AbortController()
  const settings = { publicUrl: 'https://tasks.example.org', timeZone: 'Europe/Berlin' }
  return {
    db,
    writer: makeWriter(db),
    senders: makeSenders({ db, mailer, settings, secrets: SECRETS, allowPrivate, timeoutMs, signal }),
    clock: systemClock,
    log: makeLog('test', 'silent'),
    signal,
  }
}

import { makeWriter } from '@lifeline/backbone/db/group-commit'
import type { Db } from '@lifeline/backbone/db/schema'
import { makeLog } from '@lifeline/backbone/process/log'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import type { TestScope } from '@lifeline/testing/test-scope'
import type { Mailer } from '../src/mail/mailer.ts'
import { openMailer } from '../src/mail/open-mailer.ts'
import type { SendOptions } from '../src/send-notification.ts'

export const FROM = 'Lifeline <lifeline@example.org>'

/** What sendNotification needs, with a mailer for `mailUrl` that is closed after the test. */
export async function sendOptions(t: TestScope, db: Db, mailUrl: string): Promise<SendOptions & { mailer: Mailer }> {
  const mailer = await openMailer(mailUrl, FROM)
  t.after(() => mailer.close())
  return {
    writer: makeWriter(db),
    mailer,
    settings: { publicUrl: 'https://tasks.example.org', timeZone: 'Europe/Berlin' },
    secrets: makeSecrets('a secret of tests, for nothing that lasts'),
    log: makeLog('test', 'silent'),
    signal: new AbortController().signal,
  }
}

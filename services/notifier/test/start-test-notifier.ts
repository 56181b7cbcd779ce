import { openEmbedded } from '@lifeline/backbone/broker/embedded/open'
import { startRelay } from '@lifeline/backbone/broker/relay'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import type { OutgoingMessage } from '@lifeline/backbone/db/outbox/add-messages'
import { systemClock } from '@lifeline/backbone/process/clock'
import { makeLog } from '@lifeline/backbone/process/log'
import { freshDatabase } from '@lifeline/testing/databases'
import { startMailServer } from '@lifeline/testing/mail-server'
import type { TestScope } from '@lifeline/testing/test-scope'
import type { Alert, DeliverAlert } from '../src/alerts/deliver-alert.ts'
import { openMailer } from '../src/mail/open-mailer.ts'
import { startNotifier } from '../src/start-notifier.ts'
import { FROM, SECRETS } from './send-options.ts'

const log = makeLog('test', 'silent')

/** A whole notifier: outbox, relay, queues, SMTP. Alerts are kept, unless they go elsewhere. */
export async function startTestNotifier(t: TestScope, { deliverAlert }: { deliverAlert?: DeliverAlert } = {}) {
  const db = await freshDatabase(t, 'pglite')
  const mailServer = await startMailServer(t)
  const broker = openEmbedded(db, { log })
  const relay = startRelay({ db, broker, log })
  t.after(() => relay.stop())
  const alerts: Alert[] = []
  const notifier = startNotifier({
    secrets: SECRETS,
    clock: systemClock,
    allowPrivate: true,
    db,
    broker,
    log,
    mailer: await openMailer(mailServer.url, FROM),
    settings: { publicUrl: 'https://tasks.example.org', timeZone: 'UTC' },
    deliverAlert: deliverAlert ?? (async (alert) => void alerts.push(alert)),
    writer: makeWriter(db, { onCommit: relay.nudge }),
  })
  t.after(() => notifier.stop())
  const publish = (message: Partial<OutgoingMessage>) =>
    broker.publish([
      {
        exchange: 'notification',
        routingKey: 'notification.email',
        cc: [],
        messageId: 'm1',
        subject: 's',
        headers: {},
        body: '',
        ...message,
      },
    ])
  return { db, broker, relay, mailServer, alerts, publish }
}

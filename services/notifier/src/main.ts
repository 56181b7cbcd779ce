import { systemClock } from '@lifeline/backbone/process/clock'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import { runWorker } from '@lifeline/backbone/run-worker'
import { alertsToLog, alertsToUrl } from './alerts/deliver-alert.ts'
import { NotifierConfig } from './config.ts'
import { openMailer } from './mail/open-mailer.ts'
import { startNotifier } from './start-notifier.ts'

await runWorker('notifier', NotifierConfig, async ({ config, db, broker, writer, log }) =>
  startNotifier({
    db,
    broker,
    log,
    mailer: await openMailer(config.MAIL_URL, config.MAIL_FROM),
    settings: { publicUrl: config.PUBLIC_URL, timeZone: config.TIME_ZONE },
    deliverAlert: config.OPS_URL === undefined ? alertsToLog(log) : alertsToUrl(config.OPS_URL),
    writer,
    secrets: makeSecrets(config.LIFELINE_SECRET),
    clock: systemClock,
    allowPrivate: config.WEBHOOK_ALLOW_PRIVATE,
  }),
)

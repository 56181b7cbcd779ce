import { startApi } from '@lifeline/api/start-api'
import { openBroker } from '@lifeline/backbone/broker/open'
import { startRelay } from '@lifeline/backbone/broker/relay'
import { endLeases } from '@lifeline/backbone/db/end-leases'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { migrate } from '@lifeline/backbone/db/migrate'
import { isEmbedded, openDatabase } from '@lifeline/backbone/db/open'
import { whenDatabaseAnswers, writerOptions } from '@lifeline/backbone/open-backends'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { ProcessContext } from '@lifeline/backbone/process/run-process'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import { startClock } from '@lifeline/clock/start-clock'
import { startCoordinator } from '@lifeline/coordinator/start-coordinator'
import { alertsToLog, alertsToUrl } from '@lifeline/notifier/alerts/deliver-alert'
import { openMailer } from '@lifeline/notifier/mail/open-mailer'
import { startNotifier } from '@lifeline/notifier/start-notifier'
import type { StandaloneConfig } from './config.ts'
import { findOrMakeApiKey, findOrMakeSecret } from './kept-secrets.ts'
import { openMailbox } from './mailbox/mailbox.ts'
import { keepAlerts, mailboxRoutes } from './mailbox/routes.ts'
import { startSmtpServer } from './mailbox/smtp-server.ts'

export interface StandaloneOptions extends Pick<ProcessContext, 'log' | 'signal' | 'atEnd'> {
  config: StandaloneConfig
  clock: Clock
  /** Without them nobody hears of anything: for replays that only count. */
  notifications?: boolean
}

/**
 * All processes in one: opens each backend once and starts every service on it. What it opens is closed through
 * `atEnd`, in reverse order: first nothing comes in, then everything in hand is finished, then the backends close.
 */
export async function startStandalone({ config, clock, log, signal, atEnd, notifications = true }: StandaloneOptions) {
  const databaseUrl = config.DATABASE_URL ?? `pglite:${config.LIFELINE_DATA}/database`
  const apiKey = config.LIFELINE_API_KEY ?? (await findOrMakeApiKey(config.LIFELINE_DATA))
  const secrets = makeSecrets(config.LIFELINE_SECRET ?? (await findOrMakeSecret(config.LIFELINE_DATA)))
  const onError = (err: Error) => log.warn({ err }, 'an idle database connection died')
  const db = await openDatabase(databaseUrl, { connections: config.DATABASE_CONNECTIONS, onError })
  atEnd(() => db.destroy())
  await whenDatabaseAnswers(() => migrate(db), log, signal)
  if (isEmbedded(databaseUrl)) await endLeases(db)

  const broker = await openBroker(config.BROKER_URL, { db, log, name: 'lifeline standalone' })
  atEnd(() => broker.close())
  const relay = startRelay({ db, broker, log })
  atEnd(() => relay.stop())
  const writer = makeWriter(db, { ...writerOptions(config), onCommit: relay.nudge })

  const { alerts, deliver } = keepAlerts()
  const mailbox = config.MAIL_URL === undefined ? await openMailbox(`${config.LIFELINE_DATA}/mailbox`) : undefined
  const smtp = mailbox === undefined ? undefined : await startSmtpServer(mailbox)
  if (smtp !== undefined) atEnd(() => smtp.close())
  // Before the notifier, whose mails need the address; closed before all others, so that nothing comes in any more.
  const api = await startApi({
    db,
    config,
    apiKeys: [apiKey],
    clock,
    log,
    brokerHealth: broker.health,
    writer,
    secrets,
    registration: config.REGISTRATION,
    adminEmail: config.LIFELINE_ADMIN_EMAIL,
    plugins: mailbox === undefined ? [] : [mailboxRoutes(mailbox, alerts)],
  })
  const publicUrl = config.PUBLIC_URL ?? api.url

  if (notifications) {
    const mailer = await openMailer(config.MAIL_URL ?? smtp?.url ?? '', config.MAIL_FROM)
    const inform = config.OPS_URL === undefined ? alertsToLog(log) : alertsToUrl(config.OPS_URL)
    const notifier = startNotifier({
      db,
      broker,
      log,
      mailer,
      settings: { publicUrl, timeZone: config.TIME_ZONE },
      deliverAlert: async (alert) => {
        await inform(alert)
        await deliver(alert)
      },
      writer,
      secrets,
      clock,
      allowPrivate: config.WEBHOOK_ALLOW_PRIVATE,
    })
    atEnd(() => notifier.stop())
    const coordinator = startCoordinator({ db, broker, log, writer, clock })
    atEnd(() => coordinator.stop())
  }
  const ticking = startClock({ db, writer, clock, log, secrets })
  atEnd(() => ticking.stop())
  atEnd(() => api.close())
  return { url: api.url, apiKey, db, broker, mailbox, writer }
}

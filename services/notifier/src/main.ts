import { openBackends } from '@lifeline/backbone/open-backends'
import { startOpsServer } from '@lifeline/backbone/process/ops-server'
import { readConfig } from '@lifeline/backbone/process/read-config'
import { runProcess } from '@lifeline/backbone/process/run-process'
import { alertsToLog, alertsToUrl } from './alerts/deliver-alert.ts'
import { NotifierConfig } from './config.ts'
import { openMailer } from './mail/open-mailer.ts'
import { startNotifier } from './start-notifier.ts'

await runProcess('notifier', async (context) => {
  const { log, env, atEnd } = context
  const config = readConfig(NotifierConfig, env)
  const { db, broker, relay, readiness } = await openBackends('notifier', config, context)
  const notifier = startNotifier({
    db,
    broker,
    log,
    mailer: openMailer(config.MAIL_URL, config.MAIL_FROM),
    settings: { publicUrl: config.PUBLIC_URL, timeZone: config.TIME_ZONE },
    deliverAlert: config.OPS_URL === undefined ? alertsToLog(log) : alertsToUrl(config.OPS_URL),
    onWrite: relay.nudge,
  })
  atEnd(() => notifier.stop())
  const ops = await startOpsServer({ host: config.HOST, port: config.OPS_PORT, readiness })
  atEnd(() => ops.close())
  log.info({ opsPort: ops.port }, 'ready')
})

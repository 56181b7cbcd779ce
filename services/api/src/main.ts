import { openBackends } from '@lifeline/backbone/open-backends'
import { systemClock } from '@lifeline/backbone/process/clock'
import { readConfig } from '@lifeline/backbone/process/read-config'
import { runProcess } from '@lifeline/backbone/process/run-process'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import { ApiConfig } from './config.ts'
import { startApi } from './start-api.ts'

await runProcess('api', async (context) => {
  const { log, env, atEnd } = context
  const config = readConfig(ApiConfig, env)
  const { db, broker, writer } = await openBackends('api', config, context)
  const api = await startApi({
    db,
    config,
    apiKeys: [config.LIFELINE_API_KEY],
    clock: systemClock,
    log,
    brokerHealth: () => broker.health(),
    writer,
    secrets: makeSecrets(config.LIFELINE_SECRET),
    registration: config.REGISTRATION,
    adminEmail: config.LIFELINE_ADMIN_EMAIL,
  })
  atEnd(() => api.close())
  log.info({ url: api.url }, 'ready')
})

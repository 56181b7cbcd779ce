import { systemClock } from '@lifeline/backbone/process/clock'
import { readConfig } from '@lifeline/backbone/process/read-config'
import { runProcess } from '@lifeline/backbone/process/run-process'
import { StandaloneConfig } from './config.ts'
import { startStandalone } from './start-standalone.ts'
import { welcome } from './welcome.ts'

await runProcess('standalone', async (context) => {
  const config = readConfig(StandaloneConfig, context.env)
  const { url, apiKey, mailbox } = await startStandalone({ ...context, config, clock: systemClock })
  context.log.info({ url }, 'ready')
  process.stdout.write(welcome({ url, apiKey, mailbox: mailbox !== undefined, dataFolder: config.LIFELINE_DATA }))
})

import { openBackends } from '@lifeline/backbone/open-backends'
import { systemClock } from '@lifeline/backbone/process/clock'
import { startOpsServer } from '@lifeline/backbone/process/ops-server'
import { readConfig } from '@lifeline/backbone/process/read-config'
import { runProcess } from '@lifeline/backbone/process/run-process'
import { WorkerConfig } from '@lifeline/backbone/process/worker-config'
import Type from 'typebox'
import { startClock } from './start-clock.ts'

await runProcess('clock', async (context) => {
  const { log, env, atEnd } = context
  const config = readConfig(Type.Object(WorkerConfig), env)
  const { db, relay, readiness } = await openBackends('clock', config, context)
  const clock = startClock({ db, clock: systemClock, log, onWrite: relay.nudge })
  atEnd(() => clock.stop())
  const ops = await startOpsServer({ host: config.HOST, port: config.OPS_PORT, readiness })
  atEnd(() => ops.close())
  log.info({ opsPort: ops.port }, 'ready')
})

import { openBackends } from '@lifeline/backbone/open-backends'
import { startOpsServer } from '@lifeline/backbone/process/ops-server'
import { readConfig } from '@lifeline/backbone/process/read-config'
import { runProcess } from '@lifeline/backbone/process/run-process'
import { WorkerConfig } from '@lifeline/backbone/process/worker-config'
import Type from 'typebox'
import { startCoordinator } from './start-coordinator.ts'

await runProcess('coordinator', async (context) => {
  const { log, env, atEnd } = context
  const config = readConfig(Type.Object(WorkerConfig), env)
  const { db, broker, relay, readiness } = await openBackends('coordinator', config, context)
  const coordinator = startCoordinator({ db, broker, log, onWrite: relay.nudge })
  atEnd(() => coordinator.stop())
  const ops = await startOpsServer({ host: config.HOST, port: config.OPS_PORT, readiness })
  atEnd(() => ops.close())
  log.info({ opsPort: ops.port }, 'ready')
})

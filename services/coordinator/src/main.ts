import { PlainWorkerConfig, runWorker } from '@lifeline/backbone/run-worker'
import { startCoordinator } from './start-coordinator.ts'

await runWorker('coordinator', PlainWorkerConfig, ({ db, broker, relay, log }) =>
  startCoordinator({ db, broker, log, onWrite: relay.nudge }),
)

import { systemClock } from '@lifeline/backbone/process/clock'
import { PlainWorkerConfig, runWorker } from '@lifeline/backbone/run-worker'
import { startCoordinator } from './start-coordinator.ts'

await runWorker('coordinator', PlainWorkerConfig, ({ db, broker, writer, log }) =>
  startCoordinator({ db, broker, log, writer, clock: systemClock }),
)

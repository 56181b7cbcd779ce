import { systemClock } from '@lifeline/backbone/process/clock'
import { PlainWorkerConfig, runWorker } from '@lifeline/backbone/run-worker'
import { startClock } from './start-clock.ts'

await runWorker('clock', PlainWorkerConfig, ({ db, writer, log }) => startClock({ db, writer, clock: systemClock, log }))

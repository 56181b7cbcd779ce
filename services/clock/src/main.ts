import { systemClock } from '@lifeline/backbone/process/clock'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import { runWorker } from '@lifeline/backbone/run-worker'
import { ClockConfig } from './config.ts'
import { startClock } from './start-clock.ts'

await runWorker('clock', ClockConfig, ({ config, db, writer, log }) =>
  startClock({ db, writer, clock: systemClock, log, secrets: makeSecrets(config.LIFELINE_SECRET) }),
)

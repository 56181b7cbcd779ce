import { systemClock } from '@lifeline/backbone/process/clock'
import { makeSecrets, SecretConfig } from '@lifeline/backbone/process/secrets'
import { WorkerConfig } from '@lifeline/backbone/process/worker-config'
import { runWorker } from '@lifeline/backbone/run-worker'
import Type from 'typebox'
import { startClock } from './start-clock.ts'

const ClockConfig = Type.Object({ ...WorkerConfig, ...SecretConfig })

await runWorker('clock', ClockConfig, ({ config, db, writer, log }) =>
  startClock({ db, writer, clock: systemClock, log, secrets: makeSecrets(config.LIFELINE_SECRET) }),
)

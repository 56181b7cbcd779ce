import { SecretConfig } from '@lifeline/backbone/process/secrets'
import { WorkerConfig } from '@lifeline/backbone/process/worker-config'
import Type from 'typebox'

export const ClockConfig = Type.Object({ ...WorkerConfig, ...SecretConfig })

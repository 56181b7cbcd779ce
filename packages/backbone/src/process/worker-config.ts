import Type from 'typebox'
import { AddressConfig } from './address-config.ts'
import { SharedConfig } from './read-config.ts'

/** Variables of every worker: the common ones, and where its health and metrics are served. */
export const WorkerConfig = {
  ...SharedConfig,
  HOST: AddressConfig.HOST,
  OPS_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 9_464,
    description: "The port of a worker's `/metrics` and `/health`; 0 takes a free one.",
  }),
}

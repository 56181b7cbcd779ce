import Type from 'typebox'
import { CommonConfig } from './read-config.ts'

/** Variables of every worker: the common ones, and where its health and metrics are served. */
export const WorkerConfig = {
  ...CommonConfig,
  HOST: Type.String({ default: '0.0.0.0', description: 'The address to listen on.' }),
  OPS_PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 9_464, description: 'Port of /metrics and /health; 0 takes a free one.' }),
}

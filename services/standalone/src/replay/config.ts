import { CommonConfig } from '@lifeline/backbone/process/read-config'
import Type from 'typebox'

/** A bar is drawn meanwhile: only what is wrong is worth a line. */
export const ReplayConfig = Type.Object({ LOG_LEVEL: { ...CommonConfig.LOG_LEVEL, default: 'warn' as const } })

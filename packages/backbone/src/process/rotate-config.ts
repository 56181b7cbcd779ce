import Type from 'typebox'
import { CommandConfig } from './read-config.ts'
import { SecretConfig } from './secrets.ts'

export const RotateConfig = Type.Object({ ...CommandConfig.properties, ...SecretConfig })

import { CommonConfig } from '@lifeline/backbone/process/read-config'
import { SecretConfig } from '@lifeline/backbone/process/secrets'
import Type from 'typebox'
import { AccountConfig } from './auth/config.ts'
import { HttpConfig } from './http-settings.ts'

export const ApiConfig = Type.Object({
  ...CommonConfig,
  ...SecretConfig,
  ...AccountConfig,
  ...HttpConfig,
  LIFELINE_API_KEY: Type.String({
    pattern: '^llk_[A-Za-z0-9]+_[A-Za-z0-9_-]{16,}$',
    description: 'llk_<id>_<secret of at least 16 characters>: the key that clients send',
  }),
  HOST: Type.String({ default: '0.0.0.0', description: 'The address to listen on.' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3_000, description: 'The port to listen on; 0 takes a free one.' }),
  PUBLIC_URL: Type.Optional(
    Type.String({ pattern: '^https?://', description: 'Where the world reaches this API, like https://tasks.example.org.' }),
  ),
})

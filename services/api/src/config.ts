import { AddressConfig } from '@lifeline/backbone/process/address-config'
import { SharedConfig } from '@lifeline/backbone/process/read-config'
import { SecretConfig } from '@lifeline/backbone/process/secrets'
import Type from 'typebox'
import { AccountConfig } from './auth/config.ts'
import { HttpConfig } from './http-settings.ts'

/** What the API alone reads. Standalone reads it too: a variable that is added here is one of both. */
export const ApiVariables = {
  ...AccountConfig,
  ...HttpConfig,
  LIFELINE_API_KEY: Type.String({
    pattern: '^llk_[A-Za-z0-9]{1,50}_[A-Za-z0-9_-]{16,200}$',
    description: 'The key that clients send, of at least 16 characters after its id: `llk_<id>_<secret>`.',
  }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3_000, description: "The API's port; 0 takes a free one." }),
}

export const ApiConfig = Type.Object({ ...SharedConfig, ...SecretConfig, ...AddressConfig, ...ApiVariables })

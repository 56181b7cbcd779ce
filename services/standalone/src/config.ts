import { ApiVariables } from '@lifeline/api/config'
import { HttpConfig } from '@lifeline/api/http-settings'
import { AddressConfig } from '@lifeline/backbone/process/address-config'
import { CommonConfig } from '@lifeline/backbone/process/read-config'
import { SecretConfig } from '@lifeline/backbone/process/secrets'
import { MailConfig } from '@lifeline/notifier/config'
import Type, { type Static, type TSchema } from 'typebox'

/** Everything has a default: `npm start` needs no variable at all. */
export const StandaloneConfig = Type.Object({
  ...CommonConfig,
  ...AddressConfig,
  ...ApiVariables,
  ...MailConfig,
  // PGlite works in the same loop: what it takes its time for there is no overload.
  MAX_EVENT_LOOP_DELAY_MS: Type.Integer({ ...HttpConfig.MAX_EVENT_LOOP_DELAY_MS, default: 10_000 }),
  HOST: { ...AddressConfig.HOST, default: '127.0.0.1' },
  DATABASE_URL: unless(CommonConfig.DATABASE_URL, '`pglite:` in `LIFELINE_DATA`'),
  MAIL_URL: unless(MailConfig.MAIL_URL, 'mails go to the mailbox page'),
  LIFELINE_API_KEY: unless(ApiVariables.LIFELINE_API_KEY, 'made, and kept in `LIFELINE_DATA`'),
  LIFELINE_SECRET: unless(SecretConfig.LIFELINE_SECRET, 'made, and kept in `LIFELINE_DATA`'),
  LIFELINE_DATA: Type.String({ default: '.lifeline', description: 'The folder of the database, the mailbox, the API key and the secret.' }),
})
export type StandaloneConfig = Readonly<Static<typeof StandaloneConfig>>

/** What other processes must be told and this one can do without: `whenUnset` says how. */
function unless<T extends TSchema>(variable: T, whenUnset: string) {
  return Object.assign(Type.Optional(variable), { whenUnset })
}

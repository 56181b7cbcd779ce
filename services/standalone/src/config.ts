import { AccountConfig } from '@lifeline/api/auth/config'
import { HttpConfig } from '@lifeline/api/http-settings'
import { CommonConfig } from '@lifeline/backbone/process/read-config'
import { SecretConfig } from '@lifeline/backbone/process/secrets'
import { MailConfig } from '@lifeline/notifier/config'
import Type, { type Static } from 'typebox'

/** Everything has a default: `npm start` needs no variable at all. */
export const StandaloneConfig = Type.Object({
  ...CommonConfig,
  ...MailConfig,
  ...AccountConfig,
  ...HttpConfig,
  // PGlite works in the same loop: what it takes its time for there is no overload.
  MAX_EVENT_LOOP_DELAY_MS: Type.Integer({ ...HttpConfig.MAX_EVENT_LOOP_DELAY_MS, default: 10_000 }),
  DATABASE_URL: Type.Optional(CommonConfig.DATABASE_URL),
  PUBLIC_URL: Type.Optional(
    Type.String({ pattern: '^https?://.*', description: 'Where people reach Lifeline; by default the address it listens on.' }),
  ),
  HOST: Type.String({ default: '127.0.0.1', description: 'The address to listen on.' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3_000, description: 'The port to listen on; 0 takes a free one.' }),
  LIFELINE_DATA: Type.String({
    default: '.lifeline',
    description: 'The folder for the database, the mailbox, the API key and the secret.',
  }),
  LIFELINE_API_KEY: Type.Optional(
    Type.String({
      pattern: '^llk_[A-Za-z0-9]+_[A-Za-z0-9_-]{16,}$',
      description: 'llk_<id>_<secret of at least 16 characters>; made when it is not set.',
    }),
  ),
  LIFELINE_SECRET: Type.Optional(SecretConfig.LIFELINE_SECRET),
  MAIL_URL: Type.Optional(
    Type.String({
      pattern: '^(smtps?|ses)://.*',
      description: 'smtp(s)://user:password@host:587 or ses://region; without it mails go to the mailbox page.',
    }),
  ),
})
export type StandaloneConfig = Readonly<Static<typeof StandaloneConfig>>

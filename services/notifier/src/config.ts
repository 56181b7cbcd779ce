import { SecretConfig } from '@lifeline/backbone/process/secrets'
import { WorkerConfig } from '@lifeline/backbone/process/worker-config'
import Type from 'typebox'

/** What is said in mails, and where alerts go. Standalone reads these too. */
export const MailConfig = {
  MAIL_FROM: Type.String({ default: 'Lifeline <lifeline@localhost>', description: 'The sender of all mails.' }),
  PUBLIC_URL: Type.String({
    pattern: '^https?://.*',
    default: 'http://127.0.0.1:3000',
    description: 'Where people reach Lifeline; links in mails start with it.',
  }),
  TIME_ZONE: Type.Refine(
    Type.String({ default: 'UTC', description: 'An IANA zone like Europe/Berlin; instants in mails are written in it.' }),
    isTimeZone,
    () => 'is no time zone',
  ),
  OPS_URL: Type.Optional(
    Type.String({
      pattern: '^https?://.*',
      description: 'Where alerts go: a Slack incoming webhook or any HTTPS endpoint. Without it they are log lines.',
    }),
  ),
}

export const NotifierConfig = Type.Object({
  ...WorkerConfig,
  ...SecretConfig,
  ...MailConfig,
  MAIL_URL: Type.String({ pattern: '^(smtps?|ses)://.*', description: 'smtp(s)://user:password@host:587 or ses://region' }),
})

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

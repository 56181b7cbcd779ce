import { publicUrlOfOthers } from '@lifeline/backbone/process/address-config'
import { SecretConfig } from '@lifeline/backbone/process/secrets'
import { urlVariable } from '@lifeline/backbone/process/url-variable'
import { WorkerConfig } from '@lifeline/backbone/process/worker-config'
import Type from 'typebox'

const SMTP = 'smtp(s)://user:password@host:587'
const SES = 'ses://region'

/** How mails are sent and what they say, and where alerts and channels may go. Standalone reads these too. */
export const MailConfig = {
  MAIL_URL: urlVariable(
    { smtp: SMTP, smtps: SMTP, ses: SES },
    { description: `How mails are sent: \`${SMTP}\`, or \`${SES}\` (\`?endpoint=\` for another endpoint).` },
    ({ protocol, username }) =>
      protocol === 'ses:' && username !== ''
        ? 'has a user, which ses:// does not take: credentials come from where the AWS SDK looks for them'
        : undefined,
  ),
  MAIL_FROM: Type.String({ default: 'Lifeline <lifeline@localhost>', description: 'The sender of all mails.' }),
  TIME_ZONE: Type.Refine(
    Type.String({ default: 'UTC', description: 'The zone in which mails write instants: an IANA name like `Europe/Berlin`.' }),
    isTimeZone,
    () => 'is no time zone',
  ),
  OPS_URL: Type.Optional(
    urlVariable(
      { http: 'http://host/path', https: 'https://host/path' },
      {
        description: 'Where alerts go: a Slack incoming webhook, or any HTTPS endpoint that takes JSON.',
        whenUnset: 'alerts are log lines',
      },
    ),
  ),
  WEBHOOK_ALLOW_PRIVATE: Type.Boolean({
    default: false,
    description: 'Whether channels may lead to addresses of private networks and of this machine: else who may make one could reach them.',
  }),
}

export const NotifierConfig = Type.Object({ ...WorkerConfig, ...SecretConfig, ...MailConfig, PUBLIC_URL: publicUrlOfOthers })

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

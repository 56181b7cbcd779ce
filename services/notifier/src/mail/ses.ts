import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { DelayedError, RefusedError } from '../senders/sender.ts'
import { type Mailer, withTimeout } from './mailer.ts'

/** What SES says of the mail itself. Everything else (throttling, quota, paused account, network) may pass. */
const REFUSALS: ReadonlySet<string> = new Set([
  'MessageRejected',
  'MailFromDomainNotVerifiedException',
  'BadRequestException',
  'NotFoundException',
  'ValidationException',
])

/**
 * Mail through Amazon SES v2: `ses://eu-west-1`. Credentials come from where the AWS SDK looks for them. An endpoint
 * may be given as `ses://eu-west-1?endpoint=https://…` or in AWS_ENDPOINT_URL_SESV2.
 */
export function sesMailer(url: string, from: string, { timeoutMs = 20_000 } = {}): Mailer {
  const { hostname: region, searchParams } = new URL(url)
  const endpoint = searchParams.get('endpoint')
  const client = new SESv2Client({
    region,
    ...(endpoint === null ? {} : { endpoint }),
    // The notification's own row counts the tries.
    maxAttempts: 1,
    // Without throwOnRequestTimeout the SDK only warns on the console, and waits on.
    requestHandler: { connectionTimeout: 10_000, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  })
  const utf8 = (data: string) => ({ Data: data, Charset: 'UTF-8' })
  return {
    async send({ messageId, to, subject, text, html }) {
      const command = new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: {
          Simple: {
            Subject: utf8(subject),
            Body: { Text: utf8(text), Html: utf8(html) },
            Headers: [
              { Name: 'Auto-Submitted', Value: 'auto-generated' },
              { Name: 'X-Lifeline-Notification', Value: messageId },
            ],
          },
        },
      })
      try {
        return (await withTimeout(client.send(command))).MessageId ?? ''
      } catch (error) {
        throw sesError(error as Error)
      }
    },
    async close() {
      client.destroy()
    },
  }
}

function sesError(error: Error & { $metadata?: { httpStatusCode?: number } }): Error {
  if (error instanceof DelayedError) return error
  // What imitates SES may leave the name out of its answers.
  const refused = REFUSALS.has(error.name) || (error.name === 'Unknown' && error.$metadata?.httpStatusCode === 400)
  const text = `SES: ${error.name}: ${error.message}`
  return refused ? new RefusedError(text, { cause: error }) : new DelayedError(text, { cause: error })
}

import type { Mailer } from './mailer.ts'
import { smtpMailer } from './smtp.ts'

/** The mailer for a MAIL_URL: `smtp(s)://…` or `ses://region`. */
export async function openMailer(url: string, from: string): Promise<Mailer> {
  if (!url.startsWith('ses:')) return smtpMailer(url, from)
  // The AWS SDK is large; who sends by SMTP should not carry it.
  const { sesMailer } = await import('./ses.ts')
  return sesMailer(url, from)
}

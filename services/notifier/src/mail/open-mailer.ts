import type { Mailer } from './mailer.ts'
import { sesMailer } from './ses.ts'
import { smtpMailer } from './smtp.ts'

/** The mailer for a MAIL_URL: `smtp(s)://…` or `ses://region`. */
export function openMailer(url: string, from: string): Mailer {
  return url.startsWith('ses:') ? sesMailer(url, from) : smtpMailer(url, from)
}

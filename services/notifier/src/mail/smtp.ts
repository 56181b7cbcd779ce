import nodemailer from 'nodemailer'
import { DelayedError, RefusedError } from '../senders/sender.ts'
import { type Mailer, withTimeout } from './mailer.ts'

/** What nodemailer adds to an Error; `command` is `API` when it did not even ask the server. */
type SmtpError = Error & { code?: string; responseCode?: number; command?: string }

/** Mail over SMTP: `smtp://user:password@host:587` (STARTTLS when offered) or `smtps://…`. */
export function smtpMailer(url: string, from: string): Mailer {
  const { hostname } = new URL(url)
  const options = { pool: true, maxConnections: 10, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }
  const transport = nodemailer.createTransport(withOptions(url, options))
  return {
    async send({ messageId, to, subject, text, html }) {
      const headers = { 'Auto-Submitted': 'auto-generated' }
      try {
        // As an object: a text would be parsed, and might be read as several addresses.
        const mail = { from, to: { name: '', address: to }, subject, text, html, headers, messageId: `<${messageId}@lifeline>` }
        const sent = await withTimeout(transport.sendMail(mail))
        return sent.messageId
      } catch (error) {
        throw smtpError(error as SmtpError, hostname)
      }
    },
    async close() {
      transport.close()
    },
  }
}

/** nodemailer takes its options from the query string when it gets a URL. */
function withOptions(url: string, options: Record<string, string | number | boolean>): string {
  const full = new URL(url)
  for (const [name, value] of Object.entries(options)) if (!full.searchParams.has(name)) full.searchParams.set(name, String(value))
  return full.href
}

/**
 * A 5xx to the sender, a recipient or the message is final. A 5xx to our login or greeting is the operator's trouble,
 * not the mail's: it is tried again, and the alert comes when the tries are used up.
 */
function smtpError(error: SmtpError, host: string): Error {
  const aboutTheMail = error.code === 'EENVELOPE' || error.code === 'EMESSAGE'
  if (aboutTheMail && ((error.responseCode ?? 0) >= 500 || error.command === 'API'))
    return new RefusedError(`${host} refused it: ${error.message}`, { cause: error })
  if (error instanceof DelayedError) return error
  return new DelayedError(`${host}: ${error.message}`, { cause: error })
}

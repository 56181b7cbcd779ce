import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { type EventuallyOptions, eventually } from './eventually.ts'
import type { TestScope } from './test-scope.ts'

export interface CaughtMail {
  from: string
  /** Whom the server was told to give it to, whatever the mail itself says. */
  to: string[]
  subject: string
  text: string
  html: string
  headers: Record<string, string>
}

export interface MailServer {
  /** For MAIL_URL. */
  url: string
  /** What was delivered, oldest first. */
  mails: CaughtMail[]
  /** From now on answers this recipient with an SMTP error: 4xx passes, 5xx does not. Without a code: accepts it again. */
  refuse(address: string, code?: number, message?: string): void
  /** Resolves with all mails when there are so many, or when one of them is as wanted. */
  waitFor(wanted: number | ((mail: CaughtMail) => boolean), options?: EventuallyOptions): Promise<CaughtMail[]>
  stop(): Promise<void>
}

const read = async (stream: Readable) => await PostalMime.parse(await buffer(stream))

/** A real SMTP server on loopback that keeps what it gets. */
export async function startMailServer(t: TestScope): Promise<MailServer> {
  const mails: CaughtMail[] = []
  const refused = new Map<string, Error & { responseCode: number }>()
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onRcptTo: ({ address }, _session, reply) => reply(refused.get(address.toLowerCase())),
    onData(stream, session, reply) {
      read(stream).then((mail) => {
        mails.push({
          from: mail.from?.address ?? '',
          to: session.envelope.rcptTo.map(({ address }) => address),
          subject: mail.subject ?? '',
          text: mail.text ?? '',
          html: mail.html ?? '',
          headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
        })
        reply()
      }, reply)
    },
  })
  // A client that is killed resets its connection.
  smtp.on('error', () => {})
  smtp.listen(0, '127.0.0.1')
  await once(smtp.server, 'listening')
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= new Promise((resolve) => smtp.close(() => resolve()))
    return stopping
  }
  t.after(stop)
  return {
    url: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    mails,
    refuse(address, code, message = 'Not now') {
      if (code === undefined) refused.delete(address.toLowerCase())
      else refused.set(address.toLowerCase(), Object.assign(new Error(message), { responseCode: code }))
    },
    async waitFor(wanted, options) {
      const isThere = () => (typeof wanted === 'number' ? mails.length >= wanted : mails.some(wanted))
      await eventually(isThere, options)
      return mails
    },
    stop,
  }
}

import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { monotonicMs } from './load/load-spec.ts'
import type { Scope } from './scope.ts'

export interface MailSink {
  /** For MAIL_URL. */
  url: string
  /** When a mail for this address was taken, on the machine's monotonic clock. */
  arrivedAt: Map<string, number>
  /** Mails for addresses that had one already. */
  repeated(): number
}

/** An SMTP server that says yes to everything and forgets it: reading mails properly would take the cores from who sends them. */
export async function startMailSink(scope: Scope): Promise<MailSink> {
  const arrivedAt = new Map<string, number>()
  let repeated = 0
  const arrived = (recipient: string) => {
    if (arrivedAt.has(recipient)) repeated++
    arrivedAt.set(recipient, monotonicMs())
  }
  const server = createServer({ noDelay: true }, (socket) => {
    socket.setEncoding('latin1')
    // A notifier that is killed resets its connections.
    socket.on('error', () => {})
    const answer = (line: string) => void socket.write(`${line}\r\n`)
    socket.on('data', smtpSession({ answer, arrived, quit: () => socket.end() }))
    answer('220 bench')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.after(() => server.close())
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, arrivedAt, repeated: () => repeated }
}

interface Session {
  answer(line: string): void
  arrived(recipient: string): void
  quit(): void
}

/** The server's side of one connection: takes what came in, in whatever pieces. */
export function smtpSession({ answer, arrived, quit }: Session): (chunk: string | Buffer) => void {
  let text = ''
  let recipient = ''
  let inMail = false
  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'RCPT') recipient = /<([^>]*)>/.exec(line)?.[1] ?? ''
    if (verb === 'DATA') inMail = true
    answer(verb === 'DATA' ? '354 go on' : verb === 'QUIT' ? '221 bye' : '250 ok')
    if (verb === 'QUIT') quit()
  }
  return (chunk) => {
    text += chunk
    for (;;) {
      const mark = inMail ? '\r\n.\r\n' : '\r\n'
      const end = text.indexOf(mark)
      if (end < 0) return
      const piece = text.slice(0, end)
      text = text.slice(end + mark.length)
      if (inMail) {
        inMail = false
        arrived(recipient)
        answer('250 taken')
      } else command(piece)
    }
  }
}

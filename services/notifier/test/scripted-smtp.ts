import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { TestScope } from '@lifeline/testing/test-scope'

/** By command; `greeting` and `.` (the end of the mail) too. What is not given is accepted. */
export type Answers = Partial<Record<'greeting' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | '.', string>>

const ACCEPTED: Answers = { greeting: '220 test ESMTP', EHLO: '250 test', AUTH: '235 Welcome', DATA: '354 Go on', '.': '250 Accepted' }

/** The far end of a mail: an SMTP server that says what it is told to say. `answers` may change while it runs. */
export async function startScriptedSmtp(t: TestScope, answers: Answers = {}, port = 0) {
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    const say = (step: keyof Answers) => socket.write(`${answers[step] ?? ACCEPTED[step] ?? '250 OK'}\r\n`)
    say('greeting')
    let inMail = false
    createInterface({ input: socket }).on('line', (line) => {
      if (inMail && line !== '.') return
      const command = line === '.' ? '.' : (line.split(' ')[0]?.toUpperCase() ?? '')
      commands.push(line)
      say(command as keyof Answers)
      inMail = command === 'DATA' && (answers.DATA ?? '354').startsWith('354')
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, commands }
}

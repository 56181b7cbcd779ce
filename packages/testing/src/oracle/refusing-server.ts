import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { TestScope } from '../test-scope.ts'

/**
 * Why nobody gets in: the listener's own answer to the first packet (`listener: 12514`), the server's answer to the
 * login (`login: 1017`), a server that wants Native Network Encryption, or one that takes the connection and says nothing.
 */
export type Refusal = { listener: number } | { login: number } | 'wants encryption' | 'is silent'

export interface RefusingServer {
  url: string
  /** How many connections there were. */
  attempts(): number
}

/**
 * As much of Oracle's listener and login as it takes to be turned away, in Oracle's protocol: the real driver, network
 * and all, makes the real error of it. Knows no SQL.
 */
export async function startRefusingServer(t: TestScope, refusal: Refusal): Promise<RefusingServer> {
  let attempts = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    attempts++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    answerEach(socket, answersOf(refusal))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  return { url: `oracle://lifeline:secret@127.0.0.1:${port}/pdb`, attempts: () => attempts }
}

function answerEach(socket: Socket, answers: Buffer[]) {
  let received: Buffer = Buffer.alloc(0)
  let isAccepted = false
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, Buffer.from(chunk)])
    while (received.length >= 8) {
      const length = received.readUIntBE(0, isAccepted ? 4 : 2)
      if (received.length < length) return
      const type = received[4]
      // A long description of what is wanted comes in a packet of its own.
      const isWhole = type !== CONNECT || received.readUInt16BE(24) + received.readUInt16BE(26) <= length
      received = received.subarray(length)
      if (!isWhole) continue
      isAccepted = true
      const answer = answers.shift()
      if (answer !== undefined) socket.write(answer)
    }
  })
}

/** One for each message of the client. */
function answersOf(refusal: Refusal): Buffer[] {
  if (refusal === 'is silent') return []
  if (refusal === 'wants encryption') return [accept(NA_WANTED | NA_REQUIRED), data(encryptionRefused())]
  if ('listener' in refusal) return [refuse(refusal.listener)]
  return [accept(NA_NONE), data(protocolInfo()), data(Buffer.from([DATA_TYPES, 0, 0])), data(loginError(refusal.login))]
}

const [CONNECT, ACCEPT, REFUSE, DATA] = [1, 2, 4, 6]
const [PROTOCOL, DATA_TYPES, ERROR] = [1, 2, 4]
/** Flags of an accept: what the server thinks of Network Authentication, which encryption is a part of. */
const [NA_WANTED, NA_NONE, NA_REQUIRED] = [0x01, 0x08, 0x10]
/** As Oracle 19c: from here on, the length of a packet has four bytes. */
const VERSION = 318
const SDU = 8_192

function packet(type: number, body: Buffer, lengthBytes: 2 | 4 = 2): Buffer {
  const head = Buffer.alloc(8)
  head.writeUIntBE(head.length + body.length, 0, lengthBytes)
  head[4] = type
  return Buffer.concat([head, body])
}

function refuse(code: number): Buffer {
  const text = `(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=${code})(ERROR_STACK=(ERROR=(CODE=${code})(EMFI=4))))`
  const reasons = Buffer.from([0x22, 0, 0, text.length])
  return packet(REFUSE, Buffer.concat([reasons, Buffer.from(text)]))
}

function accept(flags: number): Buffer {
  const body = Buffer.alloc(37)
  body.writeUInt16BE(VERSION, 0)
  body.fill(flags, 14, 16)
  body.writeUInt32BE(SDU, 24)
  body.writeUInt32BE(SDU, 28)
  return packet(ACCEPT, body)
}

const data = (payload: Buffer) => packet(DATA, Buffer.concat([Buffer.alloc(2), payload]), 4)

/** The one service of the negotiation that the server answers is encryption: ORA-12660, parameters incompatible. */
function encryptionRefused(): Buffer {
  const body = Buffer.alloc(21)
  body.writeUInt32BE(0xdeadbeef, 0)
  body.writeUInt16BE(body.length, 4)
  body.writeUInt16BE(1, 10)
  body.writeUInt16BE(2, 13)
  body.writeUInt32BE(12_660, 17)
  return body
}

function protocolInfo(): Buffer {
  const characterSet = Buffer.from([0x69, 0x03, 1, 0, 0])
  const forms = Buffer.concat([Buffer.from([0, 11]), Buffer.alloc(11)])
  const compileTime = Buffer.from([8, 0, 0, 0, 0, 0, 0, 0, 12])
  const runTime = Buffer.concat([Buffer.from([7]), Buffer.alloc(7)])
  return Buffer.concat([Buffer.from([PROTOCOL, 6, 0]), Buffer.from('Refusing\0'), characterSet, forms, compileTime, runTime])
}

/** An error has 28 fields before its number that are all 0 here. */
function loginError(code: number): Buffer {
  const text = Buffer.from(`ORA-${String(code).padStart(5, '0')}: refused\n`)
  const number = Buffer.from([2, code >> 8, code & 0xff])
  return Buffer.concat([Buffer.from([ERROR]), Buffer.alloc(28), number, Buffer.from([0, text.length]), text])
}

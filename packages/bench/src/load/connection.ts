import { connect } from 'node:net'

export interface Answer {
  status: number
  head: string
  body: Buffer
}

export interface Connection {
  /** The answer to the one before must have come. */
  send(request: string): void
  close(): void
}

interface Listeners {
  onAnswer(answer: Answer): void
  /** Also when the other side ends the connection. */
  onError(error: Error): void
}

/** A kept-alive HTTP connection to this machine, one request at a time. Understands answers with a Content-Length. */
export function openConnection(port: number, { onAnswer, onError }: Listeners): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let received: Buffer | undefined
  let closing = false
  socket.on('data', (data: Buffer) => {
    received = received === undefined ? data : Buffer.concat([received, data])
    try {
      const answer = readAnswer(received)
      if (answer === undefined) return
      received = undefined
      onAnswer(answer)
    } catch (error) {
      onError(error as Error)
    }
  })
  const failed = (error: Error) => {
    if (!closing) onError(error)
  }
  socket.on('error', failed)
  socket.on('close', () => failed(new Error('The server closed the connection.')))
  return new Promise((resolve) => {
    socket.on('connect', () =>
      resolve({
        send: (request) => void socket.write(request),
        close() {
          closing = true
          socket.destroy()
        },
      }),
    )
  })
}

/** Undefined while part of it is missing. */
export function readAnswer(received: Buffer): Answer | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = received.toString('latin1', 0, end)
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1])
  if (Number.isNaN(length)) throw new Error(`The answer has no Content-Length:\n${head}`)
  const body = end + 4
  return received.length < body + length
    ? undefined
    : { status: Number(head.slice(9, 12)), head, body: received.subarray(body, body + length) }
}

import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

export interface H2Reply {
  session?: string
  counts?: number[]
  columns?: { name: string; type: string; precision: number; scale: number }[]
  rows?: (string | null)[][]
  error?: { code: number; state: string; message: string }
}

/** The other end of H2Server.java: a request and its answer are a line of JSON each, in order. */
export interface LineClient {
  send(request: Record<string, unknown>): Promise<H2Reply>
  end(): void
}

export async function connectToH2(port: number): Promise<LineClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const waiting: PromiseWithResolvers<H2Reply>[] = []
  createInterface({ input: socket }).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line)))
  const lost = (error?: Error) => {
    for (const reply of waiting.splice(0)) reply.reject(error ?? new Error('The H2 server has closed the connection.'))
  }
  socket.on('error', lost)
  socket.on('close', () => lost())
  return {
    send(request) {
      const reply = Promise.withResolvers<H2Reply>()
      waiting.push(reply)
      if (socket.writable) socket.write(`${JSON.stringify(request)}\n`)
      else lost()
      return reply.promise
    },
    end: () => void socket.destroy(),
  }
}

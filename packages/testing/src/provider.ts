import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TestScope } from './test-scope.ts'

export interface ProviderAnswer {
  status?: number
  headers?: Record<string, string>
  body?: string
  /** Never answers. */
  hangs?: boolean
}

export interface ProviderRequest {
  path: string
  headers: IncomingHttpHeaders
  body: string
  /** Milliseconds since the epoch. */
  at: number
}

/** A provider on loopback: keeps what it is sent, and answers what it is told to, in turn; after that 200 with `ok`. */
export async function startProvider(t: TestScope, ...answers: ProviderAnswer[]) {
  return await startProviderAt(t, 0, ...answers)
}

/** The same on a port of one's choice. */
export async function startProviderAt(t: TestScope, port: number, ...answers: ProviderAnswer[]) {
  const received: ProviderRequest[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    received.push({ path: request.url ?? '', headers: request.headers, body, at: Date.now() })
    const { status = 200, headers = {}, body: answer = 'ok', hangs = false } = answers.shift() ?? {}
    if (!hangs) response.writeHead(status, headers).end(answer)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, received, answers }
}

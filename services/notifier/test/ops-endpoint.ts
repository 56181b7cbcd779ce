import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { TestScope } from '@lifeline/testing/test-scope'

/** Where alerts are posted to. Answers the given statuses in turn, then 200. */
export async function startOpsEndpoint(t: TestScope, ...statuses: number[]) {
  const received: { status: number; type: string | undefined; body: Record<string, unknown> }[] = []
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as Record<string, unknown>
    const status = statuses.shift() ?? 200
    received.push({ status, type: request.headers['content-type'], body })
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?secret=1`, received }
}

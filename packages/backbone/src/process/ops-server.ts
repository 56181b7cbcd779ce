import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { collectProcessMetrics, registry } from './metrics.ts'

export interface Readiness {
  /** `degraded` means that it does its work, but something behind it is away. */
  status: 'ok' | 'degraded' | 'unavailable'
  /** A line a part, for people: `{database: 'ok', broker: 'connecting'}`. */
  parts: Record<string, string>
}

export interface OpsServerOptions {
  host: string
  /** 0 takes a free port. */
  port: number
  readiness: () => Promise<Readiness>
}

/** `/metrics`, `/health/live` and `/health/ready` of a worker. Live means the process answers; it never depends on a backend. */
export async function startOpsServer({ host, port, readiness }: OpsServerOptions) {
  collectProcessMetrics()
  const server = createServer(async (request, response) => {
    const answer = (status: number, type: string, body: string) => response.writeHead(status, { 'content-type': type }).end(body)
    const json = (status: number, body: unknown) => answer(status, 'application/json', JSON.stringify(body))
    try {
      const path = request.url?.split('?')[0]
      if (path === '/metrics') answer(200, registry.contentType, await registry.metrics())
      else if (path === '/health/live') json(200, { status: 'ok' })
      else if (path === '/health/ready') {
        const { status, parts } = await readiness()
        json(status === 'unavailable' ? 503 : 200, { status, ...parts })
      } else json(404, { status: 'not found', paths: ['/metrics', '/health/live', '/health/ready'] })
    } catch {
      json(500, { status: 'error' })
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

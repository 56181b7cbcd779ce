import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { TestScope } from './test-scope.ts'

export interface TcpProxy {
  /** The server's URL, through the proxy. */
  url: string
  /** Cuts every connection, as a dying process or a broken cable does. */
  cut(): void
  /** Cuts them, and every new one as soon as it is made, until `up`. */
  down(): void
  up(): void
}

/** Stands between a client and a server, to take the one from the other. */
export async function startProxy(t: TestScope, url: string): Promise<TcpProxy> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let isUp = true
  const server = createServer((client) => {
    const upstream = isUp ? connect(Number(target.port), target.hostname) : client
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    if (isUp) client.pipe(upstream).pipe(client)
    else client.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  t.after(() => {
    server.close()
    cut()
  })
  const changed = new URL(url)
  changed.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: changed.href,
    cut,
    down() {
      isUp = false
      cut()
    },
    up() {
      isUp = true
    },
  }
}

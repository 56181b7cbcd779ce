import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { TestScope } from './test-scope.ts'

/** Stands before a server. While it is down, connections are cut as soon as they are made. */
export async function startProxy(t: TestScope, url: string) {
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
  const down = () => {
    isUp = false
    for (const socket of sockets) socket.destroy()
  }
  t.after(() => {
    down()
    server.close()
  })
  const changed = new URL(url)
  changed.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: changed.href,
    down,
    up() {
      isUp = true
    },
  }
}

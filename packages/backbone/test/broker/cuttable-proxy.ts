import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface CuttableProxy {
  /** The broker's URL, through the proxy. */
  url: string
  /** Cuts every connection, as a dying process or a broken cable does. */
  cut(): void
  /** Cuts them, and accepts no more. */
  close(): Promise<void>
}

/** Stands between a client and a broker, to take the one from the other. */
export async function startProxy(broker: string): Promise<CuttableProxy> {
  const target = new URL(broker)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    client.pipe(upstream).pipe(client)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(broker)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    cut,
    async close() {
      server.close()
      cut()
    },
  }
}

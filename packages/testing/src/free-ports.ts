import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** Loopback ports that nobody listens on now; all are held until all are known, so no two are the same. */
export async function freePorts<Count extends number>(count: Count): Promise<number[] & { length: Count }> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports as number[] & { length: Count }
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port as number
}

import type { SocketOptions } from 'amqplib'

/** A broker that says nothing for two to three of these is taken for dead. */
const HEARTBEAT_SECONDS = 10
/** For the whole handshake: TCP, TLS and AMQP. */
const CONNECT_MS = 10_000

/** The URL with our heartbeat, unless it names its own. Never set `frameMax`: RabbitMQ 4.1 refuses small ones. */
export function connectionUrl(url: string): string {
  const parsed = new URL(url)
  if (!['amqp:', 'amqps:'].includes(parsed.protocol))
    throw new Error(`the broker's URL must start with amqp:// or amqps://, not ${parsed.protocol}//`)
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS))
  return parsed.href
}

/**
 * `name` is what operators see in RabbitMQ's list of connections. Aborting `sockets` destroys the connection, whatever
 * state it is in: amqplib's close waits for an answer that a frozen broker never gives, and Rascal hides its socket.
 * For amqps, certificate and host name are verified by Node's defaults; NODE_EXTRA_CA_CERTS adds a private authority.
 */
export function socketOptions(name: string, sockets: AbortSignal): SocketOptions & { signal: AbortSignal } {
  return { timeout: CONNECT_MS, noDelay: true, keepAlive: true, clientProperties: { connection_name: name }, signal: sockets }
}

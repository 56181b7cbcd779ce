import { promisify } from 'node:util'
import rascal, { type RascalBroker, type RascalConfig } from 'rascal'
import type { Session } from './keep-connected.ts'
import { rascalConfig } from './rascal-config.ts'

/** One Rascal broker with its connection: the topology is declared, and consumers can subscribe until it is lost. */
export interface Source extends Session {
  rascal: RascalBroker
  /** False once the connection is gone: the broker hands out again what was not acknowledged. */
  isCurrent(): boolean
  /** Ends this connection. The next one declares the topology again and subscribes anew. */
  giveUp(error: Error): void
}

export async function openSource(url: string, name: string, sockets: AbortSignal): Promise<Source> {
  const broker = await createBroker(rascalConfig(url, name, sockets))
  const lost = Promise.withResolvers<Error>()
  let current = true
  const giveUp = (error: Error) => {
    current = false
    lost.resolve(error)
  }
  // Rascal says `disconnect` first, then `error` with the reason, or `close` without one.
  broker.on('disconnect', () => {
    current = false
  })
  broker.on('error', giveUp)
  broker.on('close', () => giveUp(new Error('connection closed')))
  const close = promisify(broker.shutdown.bind(broker))
  return { rascal: broker, isCurrent: () => current, giveUp, lost: lost.promise, close }
}

function createBroker(config: RascalConfig): Promise<RascalBroker> {
  return new Promise((resolve, reject) => {
    rascal.Broker.create(config, (error, broker) => {
      // It is stopped when shutdown ends, which is never if the connection dies at the wrong moment, nor if there is none.
      if (broker !== undefined) clearInterval(broker.keepActive)
      if (error || broker === undefined) reject(error)
      else resolve(broker)
    })
  })
}

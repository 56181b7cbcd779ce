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
  if (sockets.aborted) {
    await broker.shutdown()
    throw new Error('closed while connecting')
  }
  return { rascal: broker, isCurrent: () => current, giveUp, lost: lost.promise, close: () => broker.shutdown() }
}

/** A Rascal broker that could not be made comes with the error, and holds a timer that keeps the process alive. */
async function createBroker(config: RascalConfig): Promise<RascalBroker> {
  try {
    return await rascal.BrokerAsPromised.create(config)
  } catch (error) {
    const { broker: key } = error as { broker?: symbol }
    const half = key === undefined ? undefined : (error as Record<symbol, RascalBroker>)[key]
    await half?.shutdown()
    throw error
  }
}

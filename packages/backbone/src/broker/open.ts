import type { Logger } from 'pino'
import type { Db } from '../db/schema.ts'
import { openEmbedded } from './embedded/open.ts'
import type { Broker } from './port.ts'
import { openRabbitmq } from './rabbitmq/open.ts'

export interface BrokerOptions {
  db: Db
  log: Logger
  /** Shown in RabbitMQ's list of connections. */
  name: string
}

/** Opens `embedded:` or `amqp(s)://…`. A RabbitMQ that is away is not an error: it is waited for in the background. */
export async function openBroker(url: string, { db, log, name }: BrokerOptions): Promise<Broker> {
  if (url.startsWith('embedded:')) return openEmbedded(db, { log })
  return await openRabbitmq(url, { log, name })
}

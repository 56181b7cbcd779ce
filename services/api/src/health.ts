import type { BrokerHealth } from '@lifeline/backbone/broker/port'
import { pingDatabase } from '@lifeline/backbone/db/migrate'
import type { Db } from '@lifeline/backbone/db/schema'
import type { App } from './app.ts'

/**
 * Live means the process answers. Ready means it can serve: without the database it cannot; without the broker it can,
 * because the outbox keeps the events, so it only says so.
 */
export function routeHealth(app: App, db: Db, brokerHealth: () => BrokerHealth): void {
  const options = { schema: { hide: true }, config: { public: true } } as const
  app.get('/health/live', options, async () => ({ status: 'ok' }))
  app.get('/health/ready', options, async (_, reply) => {
    const { connected, detail = 'not connected' } = brokerHealth()
    const broker = connected ? 'ok' : `degraded: ${detail}`
    const database = await pingDatabase(db).then(
      () => 'ok',
      (error: Error) => `unavailable: ${error.message}`,
    )
    if (database !== 'ok') return reply.code(503).send({ status: 'unavailable', database, broker })
    return { status: connected ? 'ok' : 'degraded', database, broker }
  })
}

import type { BrokerHealth } from '@lifeline/backbone/broker/port'
import { checkReadiness } from '@lifeline/backbone/check-readiness'
import type { Db } from '@lifeline/backbone/db/schema'
import type { App } from './app.ts'

/** Live means that the process answers; it never depends on a backend. */
export function routeHealth(app: App, db: Db, brokerHealth: () => BrokerHealth): void {
  const options = { schema: { hide: true }, config: { public: true } } as const
  app.get('/health/live', options, async () => ({ status: 'ok' }))
  app.get('/health/ready', options, async (_, reply) => {
    const { status, parts } = await checkReadiness(db, brokerHealth)
    return reply.code(status === 'unavailable' ? 503 : 200).send({ status, ...parts })
  })
}

import type { BrokerHealth } from './broker/port.ts'
import { pingDatabase } from './db/migrate.ts'
import type { Db } from './db/schema.ts'
import type { Readiness } from './process/ops-server.ts'

/**
 * Ready means that work can be accepted: the database must answer. Without the broker it can, because the outbox keeps
 * the events, so that is only said.
 */
export async function checkReadiness(db: Db, brokerHealth: () => BrokerHealth): Promise<Readiness> {
  const { connected, detail = 'not connected' } = brokerHealth()
  const broker = connected ? 'ok' : `degraded: ${detail}`
  try {
    await pingDatabase(db)
    return { status: connected ? 'ok' : 'degraded', parts: { database: 'ok', broker } }
  } catch (error) {
    return { status: 'unavailable', parts: { database: `unavailable: ${(error as Error).message}`, broker } }
  }
}

import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import type { KyselyPlugin } from 'kysely'
import { pino } from 'pino'
import { openEmbedded } from '../../src/broker/embedded/open.ts'
import type { Broker } from '../../src/broker/port.ts'
import { brokerContract } from './contract.ts'

for (const engine of ENGINES) {
  brokerContract(`embedded on ${engine}`, async (t) => {
    const db = await freshDatabase(t, engine)
    const gone = new Set<Broker>()
    return {
      keepsEmptyBodies: !engine.startsWith('oracle'),
      async open() {
        const broker = openEmbedded(db.withPlugin(failWhen(() => gone.has(broker))), { log: pino({ level: 'silent' }) })
        t.after(() => broker.close())
        return broker
      },
      async vanish(broker) {
        gone.add(broker)
        await db
          .updateTable('deliveries')
          .set({ lease_until: new Date(0) })
          .where('lease_until', 'is not', null)
          .execute()
      },
    }
  })
}

/** A process that is gone asks its database nothing more. */
function failWhen(isGone: () => boolean): KyselyPlugin {
  return {
    transformQuery({ node }) {
      if (isGone()) throw new Error('this process is gone')
      return node
    },
    transformResult: async ({ result }) => result,
  }
}

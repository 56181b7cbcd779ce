import { freshDatabase } from '@lifeline/testing/databases'
import { pino } from 'pino'
import { openEmbedded } from '../../src/broker/embedded/open.ts'
import { brokerContract } from './contract.ts'

brokerContract('embedded', async (t) => {
  const db = await freshDatabase(t, 'postgres')
  return {
    open: async () => { const b = openEmbedded(db, { log: pino({ level: 'silent' }) }); t.after(() => b.close()); return b },
    vanish: async () => { await db.updateTable('deliveries').set({ available_at: new Date(0) } as never).execute() },
  }
})

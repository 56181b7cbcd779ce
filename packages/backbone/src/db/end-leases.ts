import type { Db } from './schema.ts'
import { reading } from './transaction.ts'

/**
 * Ends every lease on messages, shards and notifications. Right only where no other process can have the database open (PGlite):
 * whatever is leased there was leased by a process that died, and need not be waited for.
 */
export async function endLeases(db: Db): Promise<void> {
  await reading(async () => {
    await db.updateTable('outbox_shard').set({ owner: null, lease_until: null }).execute()
    // In the past rather than null, so that it counts as a redelivery: what killed the process may be the message.
    await db
      .updateTable('deliveries')
      .set({ lease_until: new Date(0) })
      .where('lease_until', 'is not', null)
      .execute()
    await db
      .updateTable('notifications')
      .set({ wake_at: new Date(0) })
      .where('status', '=', 'Sending')
      .execute()
  })
}

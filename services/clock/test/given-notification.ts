import { addNotifications } from '@lifeline/backbone/db/notifications/notifications'
import type { Db } from '@lifeline/backbone/db/schema'
import { inTransaction } from '@lifeline/backbone/db/transaction'

/** Queued notifications, announced at `at` (machine time). */
export async function givenNotifications(db: Db, count: number, at: Date): Promise<void> {
  const intents = Array.from({ length: count }, (_, i) => ({
    channel: 'email' as const,
    recipient: `person${i}@example.org`,
    template: 'task.created',
    data: {},
  }))
  await inTransaction(db, (trx) => addNotifications(trx, { id: 'task/1@1', subject: 'task/1' }, intents, at))
}

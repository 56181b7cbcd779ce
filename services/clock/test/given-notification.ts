import { commitOne } from '@lifeline/backbone/db/commit'
import { addNotifications } from '@lifeline/backbone/db/notifications/add-notifications'
import type { Db } from '@lifeline/backbone/db/schema'

/** Queued notifications, announced at `at` (machine time). */
export async function givenNotifications(db: Db, count: number, at: Date): Promise<void> {
  const intents = Array.from({ length: count }, (_, i) => ({
    channel: 'email' as const,
    recipient: `person${i}@example.org`,
    template: 'task.created',
    data: {},
  }))
  await commitOne(db, addNotifications, {
    cause: { id: 'task/1@1', subject: 'task/1' },
    principals: [],
    intents: () => intents,
    machineNow: at,
  })
}

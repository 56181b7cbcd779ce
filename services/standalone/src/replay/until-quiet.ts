import { setTimeout as sleep } from 'node:timers/promises'
import type { Broker } from '@lifeline/backbone/broker/port'
import { QUEUES, type QueueName } from '@lifeline/backbone/broker/topology'
import { outboxBacklog } from '@lifeline/backbone/db/outbox/backlog'
import type { Db } from '@lifeline/backbone/db/schema'

const LOOK_EVERY_MS = 100
/** A message in a consumer's hand is in no queue for a moment, so quiet is believed only after this many looks. */
const QUIET_LOOKS = 5

/** Resolves when nothing is on its way any more: outbox, queues with a consumer, notifications. */
export async function untilQuiet(db: Db, broker: Broker, queues = Object.keys(QUEUES) as QueueName[]): Promise<void> {
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    const { waiting } = await outboxBacklog(db)
    const queued = await Promise.all(queues.map((queue) => broker.countWaiting(queue)))
    const { unsent } = await db
      .selectFrom('notifications')
      .select((eb) => eb.fn.countAll<number>().as('unsent'))
      .where('status', 'in', ['Queued', 'Sending'])
      .executeTakeFirstOrThrow()
    quiet = waiting + unsent + queued.reduce((a, b) => a + b, 0) === 0 ? quiet + 1 : 0
    await sleep(LOOK_EVERY_MS)
  }
}

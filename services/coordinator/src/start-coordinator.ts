import { consume, type Verdict } from '@lifeline/backbone/broker/consume'
import type { Broker, Received } from '@lifeline/backbone/broker/port'
import { readEvent } from '@lifeline/backbone/broker/read-event'
import type { QueueName } from '@lifeline/backbone/broker/topology'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import { addNotifications } from '@lifeline/backbone/db/notifications/add-notifications'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Mailboxes } from '@lifeline/backbone/db/users/find-mailboxes'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Log } from '@lifeline/backbone/process/log'
import { makeIncidentKeeper } from './incidents.ts'
import { intentsFor, principalsOf, RULES } from './rules.ts'

export interface CoordinatorOptions {
  db: Db
  broker: Broker
  log: Log
  writer: Writer
  /** Domain time. */
  clock: Clock
}

const QUEUES = [
  'coordinator:task.created',
  'coordinator:status.updated',
  'coordinator:deadline.passed',
  'coordinator:scheduler',
  'coordinator:user',
] as const satisfies QueueName[]
/** What arrives together is stored together (group commit); each is acknowledged by itself. */
const PREFETCH = 100

/**
 * Turns domain events into notifications: a pure rule, then one transaction that stores and announces them. What schedulers
 * do it turns into incidents first; people hear of these.
 */
export function startCoordinator({ db, broker, log, writer, clock }: CoordinatorOptions) {
  const incidents = makeIncidentKeeper({ db, writer, clock })

  async function handle(message: Received): Promise<Verdict> {
    const event = readEvent(message)
    const isKept = await incidents.hear(event)
    if (RULES[event.type] === null) return isKept ? 'done' : 'ignored'
    if (await incidents.isSilent(event)) return 'ignored'
    const intents = (mailboxes: Mailboxes) => intentsFor(event, mailboxes)
    const input = { cause: event, principals: principalsOf(event), intents, machineNow: new Date() }
    const added = await writer.submit(addNotifications, input)
    if (added === 0) return 'ignored'
    log.debug({ eventId: event.id, traceparent: event.traceparent, notifications: added }, 'notifications queued')
    return 'done'
  }
  const consumers = QUEUES.map((queue) => consume({ broker, db, log, consumer: 'coordinator', queue, prefetch: PREFETCH, handle }))
  return {
    async stop() {
      await Promise.all(consumers.map((consumer) => consumer.stop()))
    },
  }
}

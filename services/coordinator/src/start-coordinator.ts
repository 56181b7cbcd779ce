import { consume, type Verdict } from '@lifeline/backbone/broker/consume'
import type { Broker, Received } from '@lifeline/backbone/broker/port'
import { readEvent } from '@lifeline/backbone/broker/read-event'
import type { QueueName } from '@lifeline/backbone/broker/topology'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import { type Audience, addNotifications } from '@lifeline/backbone/db/notifications/add-notifications'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Log } from '@lifeline/backbone/process/log'
import { foldKeyOf, intentsForChannels } from './channels.ts'
import { makeIncidentKeeper } from './incidents.ts'
import { intentsFor, principalsOf } from './rules.ts'

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
  'coordinator:other',
] as const satisfies QueueName[]
/** What arrives together is stored together (group commit); each is acknowledged by itself. */
const PREFETCH = 100

/**
 * Turns domain events into notifications to people and channels: pure rules, then one transaction that stores and announces
 * them. Which channels there are is read with each batch: one that was just made hears at once. What schedulers do it turns
 * into incidents first; people hear of these.
 */
export function startCoordinator({ db, broker, log, writer, clock }: CoordinatorOptions) {
  const incidents = makeIncidentKeeper({ db, writer, clock })

  async function handle(message: Received): Promise<Verdict> {
    const event = readEvent(message)
    const isKept = await incidents.hear(event)
    const otherwise = isKept ? 'done' : 'ignored'
    if (await incidents.isSilent(event)) return otherwise
    // People first: whoever is on the list of a channel too gets the mail that is meant for them.
    const intents = (audience: Audience) => [...intentsFor(event, audience.mailboxes), ...intentsForChannels(event, audience)]
    const input = { cause: event, principals: principalsOf(event), intents, foldKey: foldKeyOf(event), machineNow: new Date() }
    const added = await writer.submit(addNotifications, input)
    if (added === 0) return otherwise
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

import { counter, histogram } from '../process/metrics.ts'
import { isEventType } from './read-event.ts'
import { QUEUES } from './topology.ts'

const handled = counter('events_handled_total', 'Messages handled, by what came of it.', ['consumer', 'type', 'outcome'])
const seconds = histogram('event_handle_seconds', 'Time to handle a message, waiting for a backend included.', ['consumer', 'type'])
const retries = counter('event_retries_total', 'Messages sent down the backoff ladder.', ['queue', 'rung'])
const deadLettered = counter('events_dead_lettered_total', 'Messages moved to dead-letters by a consumer.', ['queue', 'reason'])
const unheard = counter('events_unheard_total', 'Events that nobody subscribes to.', ['type'])
const published = counter('outbox_published_total', 'Messages that left the outbox.', ['exchange'])
const publishFailures = counter('outbox_publish_failures_total', 'Messages that a broker did not take; they stay and are sent again.')

/** Whatever a stranger writes into a header must not become a label. */
const known = (type: string) => (isEventType(type) || type in QUEUES ? type : 'unknown')

export function countHandled(consumer: string, type: string, outcome: string, ms: number) {
  handled.inc({ consumer, type: known(type), outcome })
  seconds.observe({ consumer, type: known(type) }, ms / 1_000)
}
export const countRetry = (queue: string, rung: string) => retries.inc({ queue, rung })
export const countDeadLetter = (queue: string, reason: string) => deadLettered.inc({ queue, reason })
export const countUnheard = (type: string) => unheard.inc({ type: known(type) })
export const countPublished = (exchange: string, count: number) => published.inc({ exchange }, count)
export const countPublishFailures = (count: number) => publishFailures.inc(count)

import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Broker, BrokerHealth } from '../port.ts'
import { type Line, openLine } from './channel-line.ts'
import { connectionUrl } from './connect-options.ts'
import { type AttachedConsumer, createConsumer } from './consume.ts'
import { type Connecting, keepConnected, reasonOf } from './keep-connected.ts'
import { outboundOf } from './outbound.ts'
import { createPublisher } from './publish.ts'
import { openSource, type Source } from './source.ts'
import { waitAtMost } from './wait-at-most.ts'

export interface RabbitmqOptions {
  log?: Logger
  /** What operators see in RabbitMQ's list of connections. */
  name?: string
}

const PUBLISH_MS = 10_000
const COUNT_MS = 10_000
/** For consumers that nobody stopped before. */
const CLOSE_CONSUMERS_MS = 2_000
const FLUSH_MS = 1_000
const NOT_FOUND = 404

/**
 * RabbitMQ behind the port, on two connections: on a shared one, a memory alarm stopped consumption too (5 of 60
 * messages handled, against 60 of 60). Rascal declares the topology and consumes on the first; publishing has the
 * second, a plain confirm channel, since Rascal keeps one message in flight a channel and is 4 to 7 times slower.
 * Returns at once; a broker that is away is waited for.
 */
export function openRabbitmq(url: string, { log, name = 'lifeline' }: RabbitmqOptions = {}): Broker {
  connectionUrl(url) // a URL that cannot be right is an error now, not a warning for ever
  const ending = new AbortController()
  const consumers = new Set<AttachedConsumer>()
  let source: Source | undefined
  let line: Line | undefined
  const why = { consuming: 'connecting', publishing: 'connecting' }

  // A message published before every queue is declared would miss some of them, so publishing waits for both connections.
  const currentLine = () => (source === undefined ? undefined : line)
  const publisher = createPublisher(currentLine, () => health().detail ?? 'the connection came and went')
  const attach = (consumer: AttachedConsumer, to: Source) => void consumer.attach(to).catch(to.giveUp)

  const consuming: Connecting = {
    async open(sockets) {
      source = await openSource(url, `${name} consumes`, sockets)
      for (const consumer of consumers) attach(consumer, source)
      publisher.wake()
      return source
    },
    onDown(error) {
      source = undefined
      why.consuming = reasonOf(error)
      publisher.wake()
    },
  }
  const publishing: Connecting = {
    async open(sockets) {
      line = await openLine(url, `${name} publishes`, sockets, publisher.wake)
      publisher.wake()
      return line
    },
    onDown(error) {
      line = undefined
      // Somebody has removed an exchange. A new consuming connection declares it again.
      if ((error as { code?: unknown }).code === NOT_FOUND) source?.giveUp(error)
      why.publishing = reasonOf(error)
      publisher.wake()
    },
  }
  const ended = Promise.all([
    keepConnected('the consuming connection', consuming, ending.signal, log),
    keepConnected('the publishing connection', publishing, ending.signal, log),
  ])

  function health(): BrokerHealth {
    if (source === undefined) return { connected: false, detail: why.consuming }
    if (line === undefined) return { connected: false, detail: why.publishing }
    const blocked = line.blockedBecause()
    return blocked === undefined ? { connected: true } : { connected: false, detail: `blocked by the broker: ${blocked}` }
  }

  return {
    publish: (messages, { timeoutMs = PUBLISH_MS } = {}) => publisher.publish(messages.map(outboundOf), timeoutMs),

    consume(queue, prefetch, take) {
      const consumer = createConsumer({ queue, prefetch, take }, publisher, log)
      consumers.add(consumer)
      if (source !== undefined) attach(consumer, source)
      return { stop: () => consumer.stop().finally(() => consumers.delete(consumer)) }
    },

    health,

    async countWaiting(queue) {
      for (const giveUpAt = Date.now() + COUNT_MS; currentLine() === undefined && Date.now() < giveUpAt; ) await sleep(20)
      const count = currentLine()?.countReady(queue)
      if (count === undefined || !(await waitAtMost(COUNT_MS, count))) throw new Error(`could not count ${queue}: ${health().detail}`)
      return count
    },

    // Consumers first: their retry copies need the publishing connection.
    async close() {
      await waitAtMost(CLOSE_CONSUMERS_MS, Promise.all([...consumers].map((consumer) => consumer.stop())))
      if (currentLine() !== undefined) await waitAtMost(FLUSH_MS, publisher.idle())
      publisher.end()
      ending.abort()
      await ended
      source = undefined
      why.consuming = 'closed'
    },
  }
}

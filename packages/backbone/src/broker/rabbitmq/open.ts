import { setMaxListeners } from 'node:events'
import type { Logger } from 'pino'
import type { Broker, BrokerHealth } from '../port.ts'
import { type Line, openLine } from './channel-line.ts'
import { connectionUrl } from './connect-options.ts'
import { type AttachedConsumer, createConsumer, type Source } from './consume.ts'
import { keepConnected, reasonOf } from './keep-connected.ts'
import { outboundOf } from './outbound.ts'
import { createPublisher } from './publish.ts'
import { openSource } from './source.ts'
import { waitAtMost } from './wait-at-most.ts'

export interface RabbitmqOptions {
  log?: Logger
  /** What operators see in RabbitMQ's list of connections. */
  name?: string
}

const PUBLISH_MS = 10_000
const COUNT_MS = 10_000
/** For consumers that nobody stopped before. */
const CLOSE_CONSUMERS_MS = 5_000

/**
 * RabbitMQ behind the port, on two connections: on a shared one, a memory alarm stopped consumption too (5 of 60
 * messages handled, against 60 of 60). Rascal declares the topology and consumes on the first; publishing has the
 * second, a plain confirm channel, since Rascal keeps one message in flight a channel and is 4 to 7 times slower.
 * Returns at once; a broker that is away is waited for.
 */
export function openRabbitmq(url: string, { log, name = 'lifeline' }: RabbitmqOptions = {}): Broker {
  connectionUrl(url) // a URL that cannot be right is an error now, not a warning for ever
  const ending = new AbortController()
  setMaxListeners(0, ending.signal)
  const consumers = new Set<AttachedConsumer>()
  let source: Source | undefined
  let line: Line | undefined
  const why = { consuming: 'connecting', publishing: 'connecting' }

  // A message published before every queue is declared would miss some of them, so publishing waits for both connections.
  const currentLine = () => (source === undefined ? undefined : line)
  const publisher = createPublisher(currentLine, () => health().detail ?? 'the connection came and went')

  const consuming = keepConnected(
    'consuming',
    {
      async open(sockets) {
        const session = await openSource(url, name, sockets)
        source = session.source
        publisher.wake()
        for (const consumer of consumers) consumer.attach(session.source).catch(session.source.giveUp)
        return session
      },
      onDown(error) {
        source = undefined
        why.consuming = reasonOf(error)
        publisher.wake()
      },
    },
    ending.signal,
    log,
  )
  const publishing = keepConnected(
    'publishing',
    {
      async open(sockets) {
        line = await openLine(url, `${name} publishes`, sockets, publisher.wake)
        publisher.wake()
        return line
      },
      onDown(error) {
        line = undefined
        why.publishing = reasonOf(error)
        publisher.wake()
      },
    },
    ending.signal,
    log,
  )

  function health(): BrokerHealth {
    if (source === undefined) return { connected: false, detail: why.consuming }
    if (line === undefined) return { connected: false, detail: why.publishing }
    const blocked = line.blockedBecause()
    return blocked === undefined ? { connected: true } : { connected: false, detail: `blocked by the broker: ${blocked}` }
  }

  async function close(): Promise<void> {
    await waitAtMost(CLOSE_CONSUMERS_MS, Promise.all([...consumers].map((consumer) => consumer.stop())))
    ending.abort()
    await Promise.all([consuming, publishing])
  }
  // ...
  return {
    publish: (messages, { timeoutMs = PUBLISH_MS } = {}) => publisher.publish(messages.map(outboundOf), timeoutMs),
    consume(queue, prefetch, take) {
      const consumer = createConsumer({ queue, prefetch, take }, publisher, log)
      consumers.add(consumer)
      if (source !== undefined) consumer.attach(source).catch(source.giveUp)
      return { stop: () => consumer.stop().finally(() => consumers.delete(consumer)) }
    },
    health,
    countWaiting: async (queue) => {},
    close,
  }
}

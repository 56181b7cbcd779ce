import type { Duplex } from 'node:stream'
import amqplib, { type ChannelModel, type ConfirmChannel, IllegalOperationError } from 'amqplib'
import type { PublishOutcome } from '../port.ts'
import { queuesFor } from '../topology.ts'
import { connectionUrl, socketOptions } from './connect-options.ts'
import type { Session } from './keep-connected.ts'
import { type Outbound, objectionTo } from './outbound.ts'

/** A connection with one confirm channel. When either ends, both do. */
export interface Line extends Session {
  /** Not blocked by the broker, and its buffer not full. */
  isWritable(): boolean
  /** Why the broker takes nothing from us (it is short of memory or disk), if so. */
  blockedBecause(): string | undefined
  /** Writes one message. `settle` is called once: with the broker's answer, or when the line is lost. */
  write(message: Outbound, settle: (outcome: PublishOutcome) => void): void
  /** A channel of its own on this connection, for something short. */
  countReady(queue: string): Promise<number>
}

/**
 * A confirm that never comes (its queue has no majority) makes amqplib remember every later message of the channel.
 * Past this many the channel is given up, which settles them.
 */
const LONGEST_WINDOW = 100_000

/** A message on its way, without its body: amqplib has a copy of that until it is sent. */
interface Unconfirmed extends Pick<Outbound, 'exchange' | 'routingKey' | 'cc'> {
  messageId: string | undefined
  number: number
  returned: string | undefined
}

/** `onChange` is called when the line may have become writable, or was blocked. */
export async function openLine(url: string, name: string, sockets: AbortSignal, onChange: () => void): Promise<Line> {
  const connection = await amqplib.connect(connectionUrl(url), socketOptions(name, sockets))
  writeTogether(connection)
  const lost = Promise.withResolvers<Error>()
  let blocked: string | undefined
  const block = (reason: string | undefined) => {
    blocked = reason
    onChange()
  }
  connection.on('error', lost.resolve)
  connection.on('close', (error) => lost.resolve(error ?? new Error('connection closed')))
  connection.on('blocked', (reason) => block(reason || 'no reason given'))
  connection.on('unblocked', () => block(undefined))
  const channel = await connection.createConfirmChannel()
  channel.on('error', lost.resolve)
  channel.on('close', () => lost.resolve(new Error('channel closed')))

  let full = false
  channel.on('drain', () => {
    full = false
    onChange()
  })
  const write = confirmedWriter(channel, {
    onFull: () => (full = true),
    onStuck: () => lost.resolve(new Error(`a message is unconfirmed after ${LONGEST_WINDOW} later ones`)),
  })
  return {
    lost: lost.promise,
    close: () => connection.close(),
    isWritable: () => !full && blocked === undefined,
    blockedBecause: () => blocked,
    write,
    async countReady(queue) {
      const short = await connection.createChannel()
      short.on('error', () => {})
      const { messageCount } = await short.checkQueue(queue)
      await short.close()
      return messageCount
    },
  }
}

/**
 * amqplib writes every frame by itself, each a system call. What is written in one turn of the event loop goes out with one:
 * 8 % of an API process under load.
 */
function writeTogether(connection: ChannelModel) {
  const { stream } = (connection as unknown as { connection: { stream: Duplex } }).connection
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean
  let corked = false
  stream.write = ((...args: unknown[]) => {
    if (!corked) {
      corked = true
      stream.cork()
      setImmediate(() => {
        corked = false
        stream.uncork()
      })
    }
    return write(...args)
  }) as typeof stream.write
}

function confirmedWriter(channel: ConfirmChannel, { onFull, onStuck }: { onFull(): void; onStuck(): void }): Line['write'] {
  const unconfirmed = new Set<Unconfirmed>()
  let count = 0

  // basic.return names no delivery. It arrives before the ack of its message, in the order of publishing, so it belongs
  // to the oldest like it; two with one id are the same message, and either way round is right.
  channel.on('return', ({ fields, properties }) => {
    const { replyText } = fields as unknown as { replyText: string }
    for (const entry of unconfirmed) {
      if (entry.returned !== undefined || entry.messageId !== properties.messageId) continue
      if (entry.exchange !== fields.exchange || entry.routingKey !== fields.routingKey) continue
      entry.returned = replyText
      return
    }
  })

  return (message, settle) => {
    const objection = objectionTo(message)
    if (objection !== undefined) return settle({ kind: 'failed', ...objection })
    const { exchange, routingKey, cc, body, properties } = message
    const entry: Unconfirmed = { exchange, routingKey, cc, messageId: properties.messageId, number: count++, returned: undefined }
    const options = { ...properties, persistent: true, mandatory: true, ...(cc.length === 0 ? {} : { CC: [...cc] }) }
    try {
      const more = channel.publish(exchange, routingKey, body, options, (error: Error | null) => {
        unconfirmed.delete(entry)
        settle(error === null ? answerTo(entry) : { kind: 'failed', error, permanent: false })
      })
      unconfirmed.add(entry)
      if (!more) onFull()
    } catch (error) {
      // Nothing was written. Either the channel is closed, or AMQP cannot hold this: a routing key or id over 255
      // bytes, headers over 64 KiB.
      settle({ kind: 'failed', error: error as Error, permanent: !(error instanceof IllegalOperationError) })
    }
    const [oldest] = unconfirmed
    if (oldest !== undefined && count - oldest.number > LONGEST_WINDOW) onStuck()
  }
}

/**
 * On `events` anybody may listen, so a message that no queue took is fine unless one of ours should have had it.
 * Anywhere else it is a mistake, or a topology that is not declared yet.
 */
function answerTo({ exchange, routingKey, cc, returned }: Unconfirmed): PublishOutcome {
  if (returned === undefined) return { kind: 'confirmed' }
  if (exchange === 'events' && queuesFor(exchange, [routingKey, ...cc]).length === 0) return { kind: 'unheard' }
  return { kind: 'failed', error: new Error(`returned by '${exchange}' for '${routingKey}': ${returned}`), permanent: false }
}

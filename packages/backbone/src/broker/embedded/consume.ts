import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import {
  ackDelivery,
  claimDeliveries,
  type DeliveryRow,
  moveDelivery,
  renewDeliveries,
  returnDelivery,
} from '../../db/deliveries/deliveries.ts'
import type { Db } from '../../db/schema.ts'
import { type Nudge, runEvery } from '../../process/run-every.ts'
import type { Consumer, Received, Settle } from '../port.ts'
import { DEAD_LETTERS, DELIVERY_LIMIT, type QueueName } from '../topology.ts'

/** How long a message belongs to a consumer that has gone silent. */
const LEASE_MS = 30_000
/** How soon another process's message is seen. */
const POLL_MS = 500

interface ConsumerOptions {
  db: Db
  log: Logger
  queue: QueueName
  prefetch: number
  take: (message: Received, settle: Settle) => Promise<void>
  nudge: Nudge
}

export function startConsumer({ db, log, queue, prefetch, take, nudge }: ConsumerOptions): Consumer {
  const consumer = randomUUID()
  const stopping = new AbortController()
  const inHand = new Map<string, Promise<void>>()
  const lease = () => new Date(Date.now() + LEASE_MS)

  async function step(): Promise<boolean> {
    const room = prefetch - inHand.size
    if (room <= 0) return false
    const rows = await claimDeliveries(db, {
      queue,
      consumer,
      inHand: [...inHand.keys()],
      limit: room,
      machineNow: new Date(),
      leaseUntil: lease(),
    })
    for (const row of rows) {
      const work = handOver(row).finally(() => {
        inHand.delete(row.message_id)
        nudge.nudge()
      })
      inHand.set(row.message_id, work)
    }
    return rows.length === room && inHand.size < prefetch
  }

  async function handOver(row: DeliveryRow) {
    const key = { queue, message_id: row.message_id, consumer }
    const headers: Record<string, string> = JSON.parse(row.headers)
    const attempt = Number(headers['app-attempt'] ?? 1)
    const now = new Date().toISOString()
    let open = true
    const once = async (work: () => Promise<void>) => {
      if (!open) throw new Error(`Message ${row.message_id} was settled before.`)
      await work()
      open = false
    }
    const settle: Settle = {
      ack: () => once(() => ackDelivery(db, key)),
      retry: (rung, reason) => {
        const copy = {
          ...headers,
          'app-attempt': String(attempt + 1),
          'app-first-at': headers['app-first-at'] ?? now,
          'app-last-error': reason.slice(0, 200),
        }
        return once(() => returnDelivery(db, key, { headers: JSON.stringify(copy), availableAt: new Date(Date.now() + rung.ms) }))
      },
      deadLetter: (reason) => {
        const copy = { ...headers, 'app-reason': reason.slice(0, 500), 'app-origin-queue': queue, 'app-dead-at': now }
        return once(() => moveDelivery(db, key, { queue: DEAD_LETTERS, headers: JSON.stringify(copy) }))
      },
    }
    try {
      if (row.redeliveries > DELIVERY_LIMIT) await settle.deadLetter('delivery_limit')
      else await take(received(row, headers, attempt), settle)
      // Not settled: whoever took it is stopping. Others may have it at once.
      if (open) await returnDelivery(db, key, { headers: row.headers, availableAt: new Date() })
    } catch (err) {
      log.warn({ err, queue, eventId: row.message_id }, 'a message stays until its lease ends')
    }
  }

  function received(row: DeliveryRow, headers: Record<string, string>, attempt: number): Received {
    const { message_id: messageId, routing_key: routingKey, redeliveries } = row
    return { queue, messageId, routingKey, headers, body: Buffer.from(row.body), attempt, redeliveries }
  }

  const renew = setInterval(() => {
    if (inHand.size > 0) renewDeliveries(db, consumer, lease()).catch((err) => log.warn({ err, queue }, 'could not renew leases'))
  }, LEASE_MS / 3)
  renew.unref()
  const running = runEvery(POLL_MS, step, {
    signal: stopping.signal,
    nudge,
    onError: (err) => log.warn({ err, queue }, 'could not read a queue'),
  })
  return {
    async stop() {
      stopping.abort()
      await running
      await Promise.all(inHand.values())
      clearInterval(renew)
    },
  }
}

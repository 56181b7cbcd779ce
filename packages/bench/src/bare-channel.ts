import type { Schema } from '@lifeline/backbone/db/schema'
import amqplib from 'amqplib'
import type { Selectable } from 'kysely'

/** Messages that may be unconfirmed at once. More made it no quicker. */
const WINDOW = 2_000

/** Publishes rows of an outbox as the relay does (persistent, mandatory, confirmed) and with nothing else to do. Answers the seconds it took. */
export async function publishPlainly(brokerUrl: string, rows: readonly Selectable<Schema['outbox']>[]): Promise<number> {
  const messages = rows.map((row) => ({
    exchange: row.exchange,
    routingKey: row.routing_key,
    body: Buffer.from(row.body),
    options: {
      persistent: true,
      mandatory: true,
      messageId: row.message_id,
      contentType: 'application/json',
      headers: JSON.parse(row.headers),
      timestamp: Math.floor(Date.now() / 1_000),
      ...(row.cc === null ? {} : { CC: row.cc.split(',') }),
    },
  }))
  const connection = await amqplib.connect(brokerUrl, { noDelay: true })
  try {
    const channel = await connection.createConfirmChannel()
    const startedAt = performance.now()
    await new Promise<void>((resolve, reject) => {
      let [sent, confirmed] = [0, 0]
      let full = false
      const settled = (error: Error | null) => {
        if (error !== null) reject(error)
        else if (++confirmed === messages.length) resolve()
        else send()
      }
      const send = () => {
        while (!full && sent - confirmed < WINDOW) {
          const message = messages[sent]
          if (message === undefined) return
          sent++
          full = !channel.publish(message.exchange, message.routingKey, message.body, message.options, settled)
        }
      }
      channel.on('error', reject)
      channel.on('drain', () => {
        full = false
        send()
      })
      send()
    })
    return (performance.now() - startedAt) / 1_000
  } finally {
    await connection.close()
  }
}

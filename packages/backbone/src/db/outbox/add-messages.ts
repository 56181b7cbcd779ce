import type { Insertable } from 'kysely'
import type { Schema, Trx } from '../schema.ts'
import type { Insert } from '../write.ts'

/** A message that leaves with the transaction that writes it. `headers` hold strings only. */
export interface OutgoingMessage {
  exchange: string
  routingKey: string
  cc: readonly string[]
  /** The receiver's key for dropping duplicates. */
  messageId: string
  /** Messages of one subject keep their order. */
  subject: string
  headers: Readonly<Record<string, string>>
  body: string
}

export const SHARDS = 16

/** FNV-1a, 32 bits: the same shard for a subject in every process and for ever. */
export function shardOf(subject: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(subject)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash % SHARDS
}

/** A message as a row of the outbox. `createdAt` is machine time: it tells how long a message has waited. */
export function outboxInsert(message: OutgoingMessage, createdAt = new Date()): Insert {
  const row = {
    shard: shardOf(message.subject),
    exchange: message.exchange,
    routing_key: message.routingKey,
    cc: message.cc.length === 0 ? null : message.cc.join(','),
    message_id: message.messageId,
    subject: message.subject,
    headers: JSON.stringify(message.headers),
    body: message.body,
    created_at: createdAt,
  }
  return { table: 'outbox', row }
}

/** Adds messages to a transaction that writes something else, or nothing else. */
export async function addMessages(trx: Trx, messages: readonly OutgoingMessage[], createdAt = new Date()): Promise<void> {
  if (messages.length === 0) return
  const rows = messages.map((message) => outboxInsert(message, createdAt).row as Insertable<Schema['outbox']>)
  await trx.insertInto('outbox').values(rows).execute()
}

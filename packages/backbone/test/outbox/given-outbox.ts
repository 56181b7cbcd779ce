import type { Broker, PublishOutcome } from '../../src/broker/port.ts'
import { addMessages, type OutgoingMessage } from '../../src/db/outbox/add-messages.ts'
import type { Db } from '../../src/db/schema.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { makeLog } from '../../src/process/log.ts'

export const log = makeLog('test', 'silent')

export const CONFIRMED: PublishOutcome = { kind: 'confirmed' }
export const refused = (permanent = false): PublishOutcome => ({ kind: 'failed', error: new Error('refused by the test'), permanent })

/** The far end of a relay: a broker that keeps what it gets, and answers as `answer` says. */
export function testBroker(answer: (message: OutgoingMessage) => PublishOutcome | Promise<PublishOutcome> = () => CONFIRMED) {
  /** Message ids, a list for each call. */
  const published: string[][] = []
  let connected = true
  const broker: Broker = {
    async publish(messages) {
      published.push(messages.map(({ messageId }) => messageId))
      return await Promise.all(messages.map(answer))
    },
    health: () => ({ connected }),
    consume: () => ({ stop: async () => {} }),
    countWaiting: async () => 0,
    close: async () => {},
  }
  return {
    broker,
    published,
    setConnected(value: boolean) {
      connected = value
    },
  }
}

/** Events in the outbox, in this order: `a1` is the first of the subject a. */
export async function givenOutbox(db: Db, ...ids: string[]): Promise<void> {
  const messages = ids.map((id) => givenEvent(id))
  await inTransaction(db, (trx) => addMessages(trx, messages))
}

export function givenEvent(id: string, event: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const subject = `task/${id.replace(/\d+$/, '')}`
  return { exchange: 'events', routingKey: 'task.created', cc: [], messageId: id, subject, headers: {}, body: '{}', ...event }
}

export async function listOutboxIds(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('outbox').select('message_id').orderBy('seq').execute()
  return rows.map(({ message_id }) => message_id)
}

export async function listLeases(db: Db) {
  return await db
    .selectFrom('outbox_shard')
    .select(['shard', 'owner', 'lease_until'])
    .where('owner', 'is not', null)
    .orderBy('shard')
    .execute()
}

/** As if fifteen seconds had passed since this owner was last heard of. */
export async function endLeaseOf(db: Db, owner: string): Promise<void> {
  await db
    .updateTable('outbox_shard')
    .set({ lease_until: new Date(Date.now() - 1) })
    .where('owner', '=', owner)
    .execute()
}

import type { Selectable } from 'kysely'
import type { Db, Schema } from '../schema.ts'
import { inTransaction, reading } from '../transaction.ts'
import { addMessages, type OutgoingMessage } from './add-messages.ts'

/** How long a relay owns a shard without renewing. */
export const LEASE_MS = 15_000

export interface WaitingShard {
  shard: number
  /** Null when nobody, or somebody else whose lease is over, had it. */
  heldUntil: Date | null
}

/** Shards with rows to publish that `owner` holds or may take. All times are machine time. */
export async function listWaitingShards(db: Db, owner: string, machineNow: Date): Promise<WaitingShard[]> {
  const rows = await reading(() =>
    db
      .selectFrom('outbox_shard as s')
      .select(['s.shard', 's.owner', 's.lease_until'])
      .where((eb) => eb.or([eb('s.owner', '=', owner), eb('s.lease_until', 'is', null), eb('s.lease_until', '<', machineNow)]))
      .where((eb) => eb.exists(eb.selectFrom('outbox as o').select('o.seq').whereRef('o.shard', '=', 's.shard')))
      .orderBy('s.shard')
      .execute(),
  )
  return rows.map((row) => ({ shard: row.shard, heldUntil: row.owner === owner ? row.lease_until : null }))
}

/** Takes or renews a shard. False when another relay was quicker. */
export async function leaseShard(db: Db, shard: number, owner: string, machineNow: Date): Promise<boolean> {
  const { numUpdatedRows } = await reading(() =>
    db
      .updateTable('outbox_shard')
      .set({ owner, lease_until: new Date(machineNow.getTime() + LEASE_MS) })
      .where('shard', '=', shard)
      .where((eb) => eb.or([eb('owner', '=', owner), eb('lease_until', 'is', null), eb('lease_until', '<', machineNow)]))
      .executeTakeFirst(),
  )
  return numUpdatedRows === 1n
}

/** Gives all shards of an owner back, so that others need not wait for its leases to end. */
export async function releaseShards(db: Db, owner: string): Promise<void> {
  await reading(() => db.updateTable('outbox_shard').set({ owner: null, lease_until: null }).where('owner', '=', owner).execute())
}

export interface OutboxRow extends OutgoingMessage {
  seq: number
  createdAt: Date
}

/** The oldest rows of some shards, in the order in which they must be published, without those of the subjects in `except`. */
export async function listOutbox(db: Db, shards: readonly number[], limit: number, except: readonly string[] = []): Promise<OutboxRow[]> {
  const rows = await reading(() => {
    const query = db.selectFrom('outbox').selectAll().where('shard', 'in', shards)
    return (except.length === 0 ? query : query.where('subject', 'not in', except)).orderBy('seq').fetch(limit).execute()
  })
  return rows.map(toOutboxRow)
}

function toOutboxRow(row: Selectable<Schema['outbox']>): OutboxRow {
  return {
    seq: row.seq,
    exchange: row.exchange,
    routingKey: row.routing_key,
    cc: row.cc === null ? [] : row.cc.split(','),
    messageId: row.message_id,
    subject: row.subject,
    headers: JSON.parse(row.headers),
    body: row.body,
    createdAt: row.created_at,
  }
}

/** Forgets rows that a broker has. */
export async function deleteMessages(db: Db, seqs: readonly number[]): Promise<void> {
  if (seqs.length > 0) await reading(() => db.deleteFrom('outbox').where('seq', 'in', seqs).execute())
}

/** Moves rows that can never go to `outbox_dead`, and says so with `alerts`, in one transaction. */
export async function buryMessages(
  db: Db,
  dead: readonly { row: OutboxRow; reason: string }[],
  alerts: readonly OutgoingMessage[],
  machineNow: Date,
): Promise<void> {
  if (dead.length === 0) return
  await inTransaction(db, async (trx) => {
    const seqs = dead.map(({ row }) => row.seq)
    await trx.deleteFrom('outbox').where('seq', 'in', seqs).execute()
    await trx
      .insertInto('outbox_dead')
      .values(dead.map(({ row, reason }) => deadRow(row, reason, machineNow)))
      .execute()
    await addMessages(trx, alerts, machineNow)
  })
}

function deadRow(row: OutboxRow, reason: string, machineNow: Date) {
  return {
    seq: row.seq,
    exchange: row.exchange,
    routing_key: row.routingKey,
    message_id: row.messageId,
    subject: row.subject,
    headers: JSON.stringify(row.headers),
    body: row.body,
    reason: reason.slice(0, 1_000) || 'none was given',
    created_at: row.createdAt,
    died_at: machineNow,
  }
}

/** How many messages wait, and since when the oldest does. For gauges and tests. */
export async function outboxBacklog(db: Db): Promise<{ waiting: number; oldest: Date | null }> {
  const row = await reading(() =>
    db
      .selectFrom('outbox')
      .select((eb) => [eb.fn.countAll<number>().as('waiting'), eb.fn.min('created_at').as('oldest')])
      .executeTakeFirstOrThrow(),
  )
  return { waiting: row.waiting, oldest: row.oldest }
}

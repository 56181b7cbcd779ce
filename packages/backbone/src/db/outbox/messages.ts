import type { Selectable } from 'kysely'
import { fragments } from '../dialect/fragments.ts'
import type { Db, Schema } from '../schema.ts'
import { inTransaction, reading } from '../transaction.ts'
import { addMessages, type OutgoingMessage } from './add-messages.ts'

export interface OutboxRow extends OutgoingMessage {
  seq: number
}

const COLUMNS = ['seq', 'exchange', 'routing_key', 'cc', 'message_id', 'subject', 'headers', 'body'] as const

/**
 * Rows of some shards, in the order in which they must be published, without those of the subjects in `except`: up to
 * `limit`, those of the first shards first. Sorted by shard too, because that is the order of an index: a server that
 * is asked for the lowest `seq` goes through the rows of all other shards.
 */
export async function listOutbox(db: Db, shards: readonly number[], limit: number, except: readonly string[] = []): Promise<OutboxRow[]> {
  const rows = await reading(() => {
    const query = db
      .selectFrom('outbox')
      .select(COLUMNS)
      .where(fragments(db).anyOf('outbox', 'shard', shards))
    const wanted = except.length === 0 ? query : query.where('subject', 'not in', except)
    return wanted.orderBy('shard').orderBy('seq').fetch(limit).execute()
  })
  return rows.sort((a, b) => a.seq - b.seq).map(toOutboxRow)
}

function toOutboxRow(row: Pick<Selectable<Schema['outbox']>, (typeof COLUMNS)[number]>): OutboxRow {
  return {
    seq: row.seq,
    exchange: row.exchange,
    routingKey: row.routing_key,
    cc: row.cc === null ? [] : row.cc.split(','),
    messageId: row.message_id,
    subject: row.subject,
    headers: JSON.parse(row.headers),
    body: row.body,
  }
}

/** Forgets rows that a broker has. */
export async function deleteMessages(db: Db, seqs: readonly number[]): Promise<void> {
  if (seqs.length > 0)
    await reading(() =>
      db
        .deleteFrom('outbox')
        .where(fragments(db).anyOf('outbox', 'seq', seqs))
        .execute(),
    )
}

/** Moves rows that can never go to `outbox_dead`, and says so with `alerts`, in one transaction. */
export async function buryMessages(
  db: Db,
  dead: readonly { row: Pick<OutboxRow, 'seq'>; reason: string }[],
  alerts: readonly OutgoingMessage[],
  machineNow: Date,
): Promise<void> {
  if (dead.length === 0) return
  const reasons = new Map(dead.map(({ row, reason }) => [row.seq, reason.slice(0, 1_000) || 'none was given']))
  await inTransaction(db, async (trx) => {
    const seqs = [...reasons.keys()]
    const rows = await trx.selectFrom('outbox').selectAll().where('seq', 'in', seqs).execute()
    if (rows.length === 0) return
    await trx.deleteFrom('outbox').where('seq', 'in', seqs).execute()
    const buried = rows.map(({ shard, cc, ...row }) => ({ ...row, reason: reasons.get(row.seq) ?? '', died_at: machineNow }))
    await trx.insertInto('outbox_dead').values(buried).execute()
    await addMessages(trx, alerts, machineNow)
  })
}

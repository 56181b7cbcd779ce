import type { Insertable, Selectable } from 'kysely'
import { NotUniqueError } from '../errors.ts'
import type { Db, Schema, Trx } from '../schema.ts'
import { inTransaction, reading } from '../transaction.ts'

/** A message in a queue of the embedded broker. All its times are machine time. */
export type DeliveryRow = Selectable<Schema['deliveries']>
export type NewDelivery = Pick<
  Insertable<Schema['deliveries']>,
  'queue' | 'message_id' | 'position' | 'exchange' | 'routing_key' | 'headers' | 'body'
>

const keyOf = (row: Pick<NewDelivery, 'queue' | 'message_id'>) => `${row.queue} ${row.message_id}`

/** Puts messages into queues. One that is there already stays as it is: its sender was not sure and sent it again. */
export async function addDeliveries(db: Db, rows: readonly NewDelivery[], machineNow: Date): Promise<void> {
  const firsts = new Map<string, NewDelivery>()
  for (const row of rows) if (!firsts.has(keyOf(row))) firsts.set(keyOf(row), row)
  try {
    await inTransaction(db, (trx) => insertDeliveries(trx, [...firsts.values()], machineNow))
  } catch (error) {
    // Rare enough not to ask every time.
    if (!(error instanceof NotUniqueError)) throw error
    await inTransaction(db, async (trx) => {
      const ids = [...new Set(rows.map((row) => row.message_id))]
      const there = await trx.selectFrom('deliveries').select(['queue', 'message_id']).where('message_id', 'in', ids).execute()
      const known = new Set(there.map(keyOf))
      const fresh = [...firsts.values()].filter((row) => !known.has(keyOf(row)))
      await insertDeliveries(trx, fresh, machineNow)
    })
  }
}

async function insertDeliveries(trx: Trx, rows: readonly NewDelivery[], machineNow: Date) {
  if (rows.length === 0) return
  const state = { redeliveries: 0, available_at: machineNow, claimed_by: null, lease_until: null }
  await trx
    .insertInto('deliveries')
    .values(rows.map((row) => ({ ...row, ...state })))
    .execute()
}

export interface Claim {
  queue: string
  /** Whoever asks; a row that it has already is not handed out again. */
  consumer: string
  inHand: readonly string[]
  limit: number
  machineNow: Date
  leaseUntil: Date
}

/** The oldest messages of a queue that nobody has, now leased to this consumer; a lease that ran out counts as a redelivery. */
export async function claimDeliveries(db: Db, { queue, consumer, inHand, limit, machineNow, leaseUntil }: Claim): Promise<DeliveryRow[]> {
  return await reading(async () => {
    const candidates = await free(db, queue, machineNow).select(['message_id', 'lease_until']).orderBy('position').fetch(limit).execute()
    if (candidates.length === 0) return []
    const ids = candidates.map((row) => row.message_id)
    await db
      .updateTable('deliveries')
      .set((eb) => ({
        claimed_by: consumer,
        lease_until: leaseUntil,
        redeliveries: eb('redeliveries', '+', eb.case().when('lease_until', 'is', null).then(0).else(1).end()),
      }))
      .where('queue', '=', queue)
      .where('message_id', 'in', ids)
      .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', machineNow)]))
      .execute()
    const mine = await db
      .selectFrom('deliveries')
      .selectAll()
      .where('claimed_by', '=', consumer)
      .where('message_id', 'in', ids)
      .where('queue', '=', queue)
      .orderBy('position')
      .execute()
    return mine.filter((row) => !inHand.includes(row.message_id))
  })
}

function free(db: Db, queue: string, machineNow: Date) {
  return db
    .selectFrom('deliveries')
    .where('queue', '=', queue)
    .where('available_at', '<=', machineNow)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', machineNow)]))
}

/** Keeps what a consumer has in hand from being handed to others. */
export async function renewDeliveries(db: Db, consumer: string, leaseUntil: Date): Promise<void> {
  await reading(() => db.updateTable('deliveries').set({ lease_until: leaseUntil }).where('claimed_by', '=', consumer).execute())
}

type Key = Pick<DeliveryRow, 'queue' | 'message_id'> & { consumer: string }

/** Done: the message is gone. */
export async function ackDelivery(db: Db, key: Key): Promise<void> {
  await reading(() =>
    db
      .deleteFrom('deliveries')
      .where('queue', '=', key.queue)
      .where('message_id', '=', key.message_id)
      .where('claimed_by', '=', key.consumer)
      .execute(),
  )
}

/** Gives a message back, to be handed out from `availableAt` on. */
export async function returnDelivery(db: Db, key: Key, set: { headers: string; availableAt: Date }): Promise<void> {
  await reading(() =>
    db
      .updateTable('deliveries')
      .set({ headers: set.headers, available_at: set.availableAt, claimed_by: null, lease_until: null, redeliveries: 0 })
      .where('queue', '=', key.queue)
      .where('message_id', '=', key.message_id)
      .where('claimed_by', '=', key.consumer)
      .execute(),
  )
}

/** Moves a message to another queue, where the newest of one id stays. */
export async function moveDelivery(db: Db, key: Key, to: { queue: string; headers: string }): Promise<void> {
  await inTransaction(db, async (trx) => {
    await trx.deleteFrom('deliveries').where('queue', '=', to.queue).where('message_id', '=', key.message_id).execute()
    await trx
      .updateTable('deliveries')
      .set({ queue: to.queue, headers: to.headers, claimed_by: null, lease_until: null })
      .where('queue', '=', key.queue)
      .where('message_id', '=', key.message_id)
      .where('claimed_by', '=', key.consumer)
      .execute()
  })
}

/** Messages in a queue that nobody has in hand and that are due. */
export async function countDeliveries(db: Db, queue: string, machineNow: Date): Promise<number> {
  const row = await reading(() =>
    free(db, queue, machineNow)
      .select((eb) => eb.fn.countAll<number>().as('waiting'))
      .executeTakeFirstOrThrow(),
  )
  return row.waiting
}

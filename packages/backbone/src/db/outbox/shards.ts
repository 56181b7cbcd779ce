import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'

/** How long a relay owns a shard without renewing. */
export const LEASE_MS = 15_000

export interface ShardState {
  shard: number
  /** Whoever leased it last. */
  owner: string | null
  leaseUntil: Date | null
  /** Has rows to publish. */
  isWaiting: boolean
}

/** Asks one entry of an index for each shard, however many rows there are: with `=` a server may choose to read them all. */
export async function listShards(db: Db): Promise<ShardState[]> {
  const rows = await reading(() =>
    db
      .selectFrom('outbox_shard as s')
      .select((eb) => [
        's.shard',
        's.owner',
        's.lease_until',
        eb
          .selectFrom('outbox as o')
          .select((eb) => eb.fn.min('o.shard').as('waiting'))
          .whereRef('o.shard', '>=', 's.shard')
          .whereRef('o.shard', '<=', 's.shard')
          .as('waiting'),
      ])
      .orderBy('s.shard')
      .execute(),
  )
  return rows.map((row) => ({ shard: row.shard, owner: row.owner, leaseUntil: row.lease_until, isWaiting: row.waiting !== null }))
}

/** Takes or renews shards for LEASE_MS. Answers those that the owner has now: another relay may have been quicker. */
export async function leaseShards(
  db: Db,
  shards: readonly number[],
  owner: string,
  machineNow: Date,
): Promise<{ leased: readonly number[]; until: Date }> {
  const until = new Date(machineNow.getTime() + LEASE_MS)
  return await reading(async () => {
    const { numUpdatedRows } = await db
      .updateTable('outbox_shard')
      .set({ owner, lease_until: until })
      .where('shard', 'in', shards)
      .where((eb) => eb.or([eb('owner', '=', owner), eb('lease_until', 'is', null), eb('lease_until', '<', machineNow)]))
      .executeTakeFirst()
    if (Number(numUpdatedRows) === shards.length) return { leased: shards, until }
    const rows = await db.selectFrom('outbox_shard').select('shard').where('owner', '=', owner).where('shard', 'in', shards).execute()
    return { leased: rows.map(({ shard }) => shard), until }
  })
}

/** Gives shards of an owner back, all without `shards`, so that others need not wait for its leases to end. */
export async function releaseShards(db: Db, owner: string, shards?: readonly number[]): Promise<void> {
  const query = db.updateTable('outbox_shard').set({ owner: null, lease_until: null }).where('owner', '=', owner)
  await reading(() => (shards === undefined ? query : query.where('shard', 'in', shards)).execute())
}

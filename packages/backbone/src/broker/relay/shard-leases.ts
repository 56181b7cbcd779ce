import { leaseShards, listShards, releaseShards } from '../../db/outbox/shards.ts'
import type { Db } from '../../db/schema.ts'
import { shareShards } from './share-shards.ts'

/** A shard is used only while so much of its lease is left: publishing takes at most 5 s, and 5 s stay in reserve. */
const RESERVE_MS = 10_000
/** Renewed a little earlier, so that none falls below the reserve between two looks. */
const RENEW_BELOW_MS = 11_000
const WARM_MS = 100
const MAKE_ROOM_EVERY_MS = 5_000
const LEAVE_MS = 300

interface Lease {
  until: number
  usedAt: number
}

export interface Underway {
  busy: ReadonlySet<number>
  full: ReadonlySet<number>
}

/**
 * The shards this relay holds, remembered: the database is asked when a lease must be taken, renewed or given, not for
 * every batch.
 */
export function holdShards(db: Db, owner: string) {
  const held = new Map<number, Lease>()
  const leftUntil = new Map<number, number>()
  let freeSince = new Map<number, number>()
  let madeRoomAt = Date.now()

  async function give(shards: readonly number[]) {
    if (shards.length === 0) return
    // Forgotten first: from here on somebody else may have them.
    for (const shard of shards) held.delete(shard)
    await releaseShards(db, owner, shards)
  }

  async function lease(shards: readonly number[]) {
    if (shards.length === 0) return
    const now = new Date()
    const { leased, until } = await leaseShards(db, shards, owner, now)
    for (const shard of shards) held.delete(shard)
    for (const shard of leased) held.set(shard, { until: until.getTime(), usedAt: now.getTime() })
  }

  return {
    /** Takes, renews and gives back. Answers which of mine have messages, and whether shards that I do not have do. */
    async look({ busy, full }: Underway): Promise<{ waiting: number[]; elsewhere: boolean }> {
      const states = await listShards(db)
      const now = Date.now()
      for (const { shard, isWaiting, owner: holder } of states) {
        const lease = held.get(shard)
        if (lease !== undefined && isWaiting) lease.usedAt = now
        // Another process, whose clock is ahead of ours, may have thought our lease over.
        if (holder !== owner) held.delete(shard)
      }
      const mine = new Set(held.keys())
      const warm = new Set([...held].filter(([, { usedAt }]) => usedAt > now - WARM_MS).map(([shard]) => shard))
      if (full.size === 0) madeRoomAt = now
      const makesRoom = now - madeRoomAt >= MAKE_ROOM_EVERY_MS
      if (makesRoom) madeRoomAt = now
      const sharing = shareShards(states, now, { me: owner, mine, busy, full, warm, leftUntil, freeSince, makesRoom })
      freeSince = sharing.freeSince
      for (const shard of sharing.leave) leftUntil.set(shard, now + LEAVE_MS)
      await give([...sharing.giveBack, ...sharing.leave])
      const renew = [...held].filter(([, { until }]) => until - now < RENEW_BELOW_MS).map(([shard]) => shard)
      await lease([...renew, ...sharing.take])
      return {
        waiting: states.filter(({ shard, isWaiting }) => isWaiting && held.has(shard)).map(({ shard }) => shard),
        elsewhere: sharing.elsewhere || sharing.take.some((shard) => !held.has(shard)),
      }
    },
    /** Whether so much of the lease is left that what is read now can still be published. */
    isSafe: (shard: number, reserveMs = RESERVE_MS) => (held.get(shard)?.until ?? 0) - Date.now() >= reserveMs,
    has: (shard: number) => held.has(shard),
    giveAll: () => give([...held.keys()]),
  }
}

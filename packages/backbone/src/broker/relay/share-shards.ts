import { SHARDS } from '../../db/outbox/add-messages.ts'
import type { ShardState } from '../../db/outbox/shards.ts'

/** What one relay knows of the shards, beside what the database says. Times are machine time, in milliseconds. */
export interface Holding {
  me: string
  mine: ReadonlySet<number>
  /** Of mine, those with a batch on its way. */
  busy: ReadonlySet<number>
  /** Of mine, those that have more than fits a batch. */
  full: ReadonlySet<number>
  /** Of mine, those that have had something lately. */
  warm: ReadonlySet<number>
  /** Until when I leave a shard to others. */
  leftUntil: ReadonlyMap<number, number>
  /** Since when my looks have found a shard that waits and that nobody holds. */
  freeSince: ReadonlyMap<number, number>
  /** Whether it is time to make room for relays that hold nothing, and so cannot be seen. */
  makesRoom: boolean
}

export interface Sharing {
  take: number[]
  /** Idle: whoever writes to them next need not wait. */
  giveBack: number[]
  /** To be left to others for a while. */
  leave: number[]
  freeSince: Map<number, number>
  /** Some shard waits that I do not have after this. */
  elsewhere: boolean
}

/** A shard beyond my share is taken only when it has waited so long that nobody else seems to want it. */
export const BEYOND_SHARE_MS = 100

/**
 * Which shards to take and which to give, so that relays side by side each get their share when there is more than
 * one can do, and so that no shard with messages stays without a relay. Nobody tells the others that it is there: a
 * relay is seen by what it holds, so whoever has a lasting backlog leaves some shards now and then.
 */
export function shareShards(states: readonly ShardState[], now: number, holding: Holding): Sharing {
  const { me, mine, busy, full, warm, leftUntil, makesRoom } = holding
  const isLive = ({ leaseUntil }: ShardState) => leaseUntil !== null && leaseUntil.getTime() >= now
  const others = new Set(states.filter((state) => isLive(state) && state.owner !== me).map(({ owner }) => owner)).size
  const share = Math.ceil(SHARDS / (others + 1))

  const free = states.filter((state) => state.isWaiting && !mine.has(state.shard) && (!isLive(state) || state.owner === me))
  const freeSince = new Map(free.map(({ shard }) => [shard, holding.freeSince.get(shard) ?? now]))
  const mayTake = free.map(({ shard }) => shard).filter((shard) => (leftUntil.get(shard) ?? 0) <= now)
  const room = Math.max(0, share - mine.size)
  const take = mayTake.filter((shard, i) => i < room || (freeSince.get(shard) ?? now) <= now - BEYOND_SHARE_MS)

  const waiting = new Set(states.filter(({ isWaiting }) => isWaiting).map(({ shard }) => shard))
  const idle = [...mine].filter((shard) => !waiting.has(shard) && !busy.has(shard) && !full.has(shard))
  // While others of mine have work, one that paused for a moment stays: taking it again would cost a commit.
  const giveBack = idle.length === mine.size ? idle : idle.filter((shard) => !warm.has(shard))

  const surplus = mine.size - share
  const room4others = makesRoom ? Math.floor(mine.size / (others + 2)) : 0
  const giving = full.size === 0 ? 0 : Math.max(others > 0 ? surplus : 0, room4others)
  const leave = [...mine].filter((shard) => !busy.has(shard) && !giveBack.includes(shard)).slice(0, Math.max(0, giving))

  const kept = new Set([...mine, ...take].filter((shard) => !leave.includes(shard)))
  return { take, giveBack, leave, freeSince, elsewhere: [...waiting].some((shard) => !kept.has(shard)) }
}

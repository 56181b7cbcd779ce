import fc from 'fast-check'
import t from 'tap'
import { BEYOND_SHARE_MS, type Holding, shareShards } from '../../src/broker/relay/share-shards.ts'
import { SHARDS } from '../../src/db/outbox/add-messages.ts'
import type { ShardState } from '../../src/db/outbox/shards.ts'

const NOW = 1_000_000
const ALL = Array.from({ length: SHARDS }, (_, shard) => shard)
const LATER = new Date(NOW + 15_000)

const given = (shard: number, state: Partial<ShardState> = {}): ShardState => ({
  shard,
  owner: null,
  leaseUntil: null,
  isWaiting: true,
  ...state,
})
const holding = (some: Partial<Holding> = {}): Holding => {
  const none = { mine: new Set<number>(), busy: new Set<number>(), full: new Set<number>(), warm: new Set<number>() }
  return { me: 'me', ...none, leftUntil: new Map(), freeSince: new Map(), makesRoom: false, ...some }
}
const held = (owner: string, shards: readonly number[]) => shards.map((shard) => given(shard, { owner, leaseUntil: LATER }))

t.test('alone, a relay takes every shard that waits, and none that does not', async (t) => {
  const states = ALL.map((shard) => given(shard, { isWaiting: shard % 2 === 0 }))
  const { take, elsewhere } = shareShards(states, NOW, holding())
  t.strictSame(take, [0, 2, 4, 6, 8, 10, 12, 14])
  t.equal(elsewhere, false)
})

t.test('beside another it takes its share at once, and the rest when nobody else wants it', async (t) => {
  const states = [...held('other', ALL.slice(0, 2)), ...ALL.slice(2).map((shard) => given(shard))]
  const first = shareShards(states, NOW, holding())
  t.equal(first.take.length, 8)
  t.equal(first.elsewhere, true)
  const mine = new Set(first.take)
  const then = states.map((state) => (mine.has(state.shard) ? given(state.shard, { owner: 'me', leaseUntil: LATER }) : state))
  const soon = shareShards(then, NOW + 10, holding({ mine, freeSince: first.freeSince }))
  t.strictSame(soon.take, [])
  const later = shareShards(then, NOW + BEYOND_SHARE_MS, holding({ mine, freeSince: first.freeSince }))
  t.strictSame(
    [...mine, ...later.take].sort((a, b) => a - b),
    ALL.slice(2),
  )
})

t.test('a shard whose lease is over is free, and one that is leased is not, by one millisecond', async (t) => {
  const leased = (ms: number) => shareShards([given(3, { owner: 'other', leaseUntil: new Date(NOW + ms) })], NOW, holding()).take
  t.strictSame([leased(0), leased(-1)], [[], [3]])
})

t.test('with a backlog it leaves what is over its share, and now and then makes room for a relay that it cannot see', async (t) => {
  const mine = new Set(ALL.slice(0, 12))
  const states = [...held('me', [...mine]), ...held('other', ALL.slice(12))]
  const full = new Set(ALL.slice(0, 12))
  t.equal(shareShards(states, NOW, holding({ mine, full })).leave.length, 4)
  t.strictSame(shareShards(states, NOW, holding({ mine })).leave, [], 'no backlog')
  const alone = { mine: new Set(ALL), full: new Set(ALL) }
  t.strictSame(shareShards(held('me', ALL), NOW, holding(alone)).leave, [])
  const { leave } = shareShards(held('me', ALL), NOW, holding({ ...alone, makesRoom: true, busy: new Set([0, 1]) }))
  t.strictSame(leave, [2, 3, 4, 5, 6, 7, 8, 9])
  const left = shareShards(
    ALL.map((shard) => given(shard)),
    NOW,
    holding({ leftUntil: new Map([[5, NOW + 1]]) }),
  )
  t.notOk(left.take.includes(5))
  t.equal(left.elsewhere, true)
})

t.test('idle shards go back: at once when none has anything, else when they have been idle for a while', async (t) => {
  const states = [given(1, { owner: 'me', leaseUntil: LATER }), given(2, { owner: 'me', leaseUntil: LATER, isWaiting: false })]
  const mine = new Set([1, 2])
  t.strictSame(shareShards(states, NOW, holding({ mine, warm: new Set([2]) })).giveBack, [])
  t.strictSame(shareShards(states, NOW, holding({ mine })).giveBack, [2])
  t.strictSame(shareShards(states, NOW, holding({ mine, busy: new Set([2]) })).giveBack, [], 'its batch is on its way')
  const idle = states.map((state) => ({ ...state, isWaiting: false }))
  t.strictSame(shareShards(idle, NOW, holding({ mine, warm: mine })).giveBack, [1, 2])
})

t.test('whatever the state: takes only what is free, gives only what is its own and not on its way', async () => {
  const someShards = fc.uniqueArray(fc.nat(SHARDS - 1)).map((shards) => new Set(shards))
  const state = fc.record({
    owner: fc.constantFrom(null, 'me', 'b', 'c'),
    leaseUntil: fc.option(fc.integer({ min: NOW - 5, max: NOW + 5 }).map((ms) => new Date(ms))),
    isWaiting: fc.boolean(),
  })
  fc.assert(
    fc.property(
      fc.array(state, { minLength: SHARDS, maxLength: SHARDS }),
      someShards,
      someShards,
      someShards,
      fc.boolean(),
      (seen, a, b, c, makesRoom) => {
        const states = seen.map((some, shard) => given(shard, some))
        const mine = new Set([...a].filter((shard) => states[shard]?.owner === 'me'))
        const of = (set: Set<number>) => new Set([...set].filter((shard) => mine.has(shard)))
        const busy = of(b)
        const { take, giveBack, leave } = shareShards(states, NOW, holding({ mine, busy, full: of(c), makesRoom }))
        for (const shard of take) {
          const { owner, leaseUntil, isWaiting } = states[shard] as ShardState
          if (!isWaiting || mine.has(shard)) throw new Error(`takes ${shard} for nothing`)
          if (owner !== 'me' && leaseUntil !== null && leaseUntil.getTime() >= NOW) throw new Error(`takes ${shard} from ${owner}`)
        }
        const given_ = [...giveBack, ...leave]
        if (new Set(given_).size !== given_.length) throw new Error('gives twice')
        if (given_.some((shard) => busy.has(shard) || !mine.has(shard))) throw new Error('gives what it must not')
      },
    ),
    { numRuns: 1_000 },
  )
})

// The database and three relays, in steps of 50 ms: each looks at its turn, when it has one.
t.test('three relays under a lasting backlog each come to have shards, none has too many, and none stays unattended', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(2)), async (turns) => {
      const owners = new Map<number, string>()
      const memories = ['a', 'b', 'c'].map((me) => ({
        me,
        madeRoomAt: NOW,
        freeSince: new Map<number, number>(),
        leftUntil: new Map<number, number>(),
      }))
      let unattended = 0
      for (let now = NOW; now < NOW + 60_000; now += 50) {
        const memory = memories[turns.next().value as number]
        if (memory === undefined) continue
        const states = ALL.map((shard) =>
          given(shard, { owner: owners.get(shard) ?? null, leaseUntil: owners.has(shard) ? new Date(now + 10_000) : null }),
        )
        const mine = new Set(ALL.filter((shard) => owners.get(shard) === memory.me))
        const makesRoom = now - memory.madeRoomAt >= 5_000
        if (makesRoom || mine.size === 0) memory.madeRoomAt = now
        const { me, leftUntil } = memory
        const sharing = shareShards(states, now, {
          me,
          mine,
          busy: new Set(),
          full: mine,
          warm: mine,
          leftUntil,
          freeSince: memory.freeSince,
          makesRoom,
        })
        memory.freeSince = sharing.freeSince
        for (const shard of [...sharing.leave, ...sharing.giveBack]) owners.delete(shard)
        for (const shard of sharing.leave) leftUntil.set(shard, now + 300)
        for (const shard of sharing.take) owners.set(shard, me)
        unattended = owners.size === SHARDS ? 0 : unattended + 1
        if (unattended > 40) throw new Error('a shard waited for two seconds')
      }
      const counts = memories.map(({ me }) => [...owners.values()].filter((owner) => owner === me).length)
      if (counts.some((count) => count < 2 || count > 10)) throw new Error(`shared as ${counts}`)
    }),
    { numRuns: 50 },
  )
  t.pass()
})

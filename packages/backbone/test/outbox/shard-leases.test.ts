import { CONCURRENT_ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import t from 'tap'
import { openEmbedded } from '../../src/broker/embedded/open.ts'
import type { Broker, PublishOutcome } from '../../src/broker/port.ts'
import { makeRelayStep } from '../../src/broker/relay/step.ts'
import { startRelay } from '../../src/broker/relay.ts'
import { shardOf } from '../../src/db/outbox/add-messages.ts'
import { leaseShards, releaseShards } from '../../src/db/outbox/shards.ts'
import { CONFIRMED, endLeaseOf, givenOutbox, listLeases, listOutboxIds, log, testBroker } from './given-outbox.ts'

t.test('a relay takes only the shards that have something, and gives them back at once when they have nothing', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const answer = Promise.withResolvers<PublishOutcome>()
  const { broker, published } = testBroker(() => answer.promise)
  const step = makeRelayStep({ db, broker, log, owner: 'me' })
  await givenOutbox(db, 'a1', 'b1')
  const from = Date.now()
  const stepped = step()
  await eventually(() => published.length === 1)
  const leases = await listLeases(db)
  t.strictSame(
    leases.map(({ shard, owner }) => [shard, owner]),
    [shardOf('task/a'), shardOf('task/b')].sort((a, b) => a - b).map((shard) => [shard, 'me']),
  )
  for (const { lease_until } of leases) t.ok((lease_until?.getTime() ?? 0) >= from + 15_000)
  answer.resolve(CONFIRMED)
  t.equal(await stepped, false)
  t.strictSame(await listLeases(db), [])
})

t.test('a shard is renewed by whoever has it, and taken by others only when its lease is over', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const lease = async (owner: string, ms: number, ...shards: number[]) =>
    [...(await leaseShards(db, shards, owner, new Date(1_000_000 + ms))).leased].sort()
  t.strictSame(await lease('me', 0, 3), [3])
  t.strictSame(await lease('other', 15_000, 2, 3, 4), [2, 4])
  t.strictSame(await lease('me', 10_000, 3), [3])
  t.strictSame(await lease('other', 25_000, 3), [])
  t.strictSame(await lease('other', 25_001, 3), [3])
  t.strictSame(await lease('me', 25_001, 3), [])
  await releaseShards(db, 'me')
  await releaseShards(db, 'other', [4])
  t.match(await listLeases(db), [
    { shard: 2, owner: 'other' },
    { shard: 3, owner: 'other' },
  ])
})

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: the shards of a relay that has gone silent are left alone until its lease ends, then taken over`, async (t) => {
    const db = await freshDatabase(t, engine)
    const far = testBroker()
    const silent: Broker = { ...testBroker().broker, publish: () => new Promise(() => {}) }
    const dying = makeRelayStep({ db, broker: silent, log, owner: 'dying' })
    const heir = makeRelayStep({ db, broker: far.broker, log, owner: 'heir' })
    await givenOutbox(db, 'a1', 'a2')
    void dying()
    await eventually(async () => (await listLeases(db)).length > 0)
    t.equal(await heir(), true, 'there is something elsewhere')
    t.strictSame(far.published, [])
    await endLeaseOf(db, 'dying')
    t.equal(await heir(), false)
    t.strictSame(far.published, [['a1', 'a2']])
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: a relay that has lost its shards to another does not publish from them any more`, async (t) => {
    const db = await freshDatabase(t, engine)
    const confirms = Promise.withResolvers<PublishOutcome>()
    const [one, other] = [testBroker(() => confirms.promise), testBroker(() => new Promise(() => {}))]
    const slow = makeRelayStep({ db, broker: one.broker, log, owner: 'slow' })
    const quick = makeRelayStep({ db, broker: other.broker, log, owner: 'quick' })
    await givenOutbox(db, 'a1')
    const stepped = slow()
    await eventually(() => one.published.length === 1)
    await endLeaseOf(db, 'slow')
    await givenOutbox(db, 'a2')
    void quick()
    await eventually(() => other.published.length === 1)
    // What the slow one has on its way goes twice; what it finds next belongs to the other.
    confirms.resolve(CONFIRMED)
    t.equal(await stepped, true)
    t.strictSame([one.published, other.published], [[['a1']], [['a1', 'a2']]])
  })
}

t.test('a relay that ends gives its shards back, and finishes the batch in hand', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const answer = Promise.withResolvers<{ kind: 'confirmed' }>()
  const { broker, published } = testBroker(() => answer.promise)
  const relay = startRelay({ db, broker, log })
  await givenOutbox(db, 'a1')
  relay.nudge()
  await eventually(() => published.length === 1)
  const stopped = relay.stop()
  t.equal((await listLeases(db)).length, 1)
  answer.resolve({ kind: 'confirmed' })
  await stopped
  t.strictSame([await listOutboxIds(db), await listLeases(db)], [[], []])
})

t.test('a relay killed between publishing and deleting publishes again, with the same ids, and nothing is there twice', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const broker = openEmbedded(db, { log })
  const killed = Promise.withResolvers<void>()
  const doomed: Broker = {
    ...broker,
    async publish(messages) {
      await broker.publish(messages)
      killed.resolve()
      return await new Promise(() => {})
    },
  }
  await givenOutbox(db, 'a1', 'b1', 'a2')
  void makeRelayStep({ db, broker: doomed, log, owner: 'doomed' })()
  await killed.promise
  await endLeaseOf(db, 'doomed')
  t.strictSame(await listOutboxIds(db), ['a1', 'b1', 'a2'])
  await makeRelayStep({ db, broker, log, owner: 'heir' })()
  t.strictSame(await listOutboxIds(db), [])
  const deliveries = await db.selectFrom('deliveries').select(['queue', 'message_id']).orderBy('position').execute()
  t.strictSame(
    deliveries,
    ['a1', 'b1', 'a2'].map((message_id) => ({ queue: 'coordinator:task.created', message_id })),
  )
})

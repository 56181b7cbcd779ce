import { setTimeout as sleep } from 'node:timers/promises'
import { CONCURRENT_ENGINES, freshDatabaseUrl } from '@lifeline/testing/databases'
import t from 'tap'
import type { Broker } from '../../src/broker/port.ts'
import { makeRelayStep } from '../../src/broker/relay/step.ts'
import { openDatabase } from '../../src/db/open.ts'
import { shardOf } from '../../src/db/outbox/add-messages.ts'
import { CONFIRMED, givenOutbox, listOutboxIds, log, refused, testBroker } from './given-outbox.ts'

const SUBJECTS = [...'abcdefghijklmnopqrst']
const ROUNDS = 120
const BACKLOG = 60

for (const engine of CONCURRENT_ENGINES) {
  t.test(
    `${engine}: with three relays side by side every message goes once, in the order of its subject, also through refusals`,
    async (t) => {
      const url = await freshDatabaseUrl(t, engine)
      const databases = await Promise.all(['x', 'y', 'z'].map(async (owner) => ({ owner, db: await openDatabase(url) })))
      t.after(() => Promise.all(databases.map(({ db }) => db.destroy())))
      const writer = await openDatabase(url)
      t.after(() => writer.destroy())

      /** What the broker took, in its order. */
      const taken: { id: string; by: string }[] = []
      const refusedOnce = new Set<string>()
      /** Shards with a batch on its way; two at once would let messages of a subject overtake each other. */
      const onTheirWay = new Set<number>()
      const brokerFor = (by: string): Broker => ({
        ...testBroker().broker,
        async publish(messages) {
          const shards = new Set(messages.map(({ subject }) => shardOf(subject)))
          for (const shard of shards) if (onTheirWay.has(shard)) t.fail(`two batches of shard ${shard} at once`)
          for (const shard of shards) onTheirWay.add(shard)
          const stuck = new Set<string>()
          const outcomes = messages.map(({ messageId: id, subject }) => {
            if (id.endsWith('7') && !refusedOnce.has(id)) {
              refusedOnce.add(id)
              stuck.add(subject)
              return refused()
            }
            // What stands behind a refused one must come again, so that it counts only then.
            if (!stuck.has(subject)) taken.push({ id, by })
            return CONFIRMED
          })
          await sleep(Math.random() * 5)
          for (const shard of shards) onTheirWay.delete(shard)
          return outcomes
        },
      })

      let done = false
      const relaying = databases.map(async ({ owner, db }) => {
        const step = makeRelayStep({ db, broker: brokerFor(owner), log, owner })
        // An idle step gives the shards back, so whoever comes first has them next.
        while (!done) {
          await step().catch(() => {})
          await sleep(Math.random() * 5)
        }
      })
      // More than one batch, so that each shard gets batches of its own, side by side.
      for (let round = 0; round < BACKLOG; round++) await givenOutbox(writer, ...SUBJECTS.map((subject) => `${subject}${round}`))
      for (let round = BACKLOG; round < ROUNDS; round++) {
        const written = SUBJECTS.filter((_, i) => (i + round) % 2 === 0).map((subject) => `${subject}${round}`)
        await givenOutbox(writer, ...written)
        if (round % 4 === 0) while ((await listOutboxIds(writer)).length > 0) await sleep(2)
      }
      while ((await listOutboxIds(writer)).length > 0) await sleep(5)
      done = true
      await Promise.all(relaying)

      for (const [i, subject] of SUBJECTS.entries()) {
        const numbers = taken.filter(({ id }) => id.startsWith(subject)).map(({ id }) => Number(id.slice(1)))
        const written = Array.from({ length: ROUNDS }, (_, round) => round).filter((round) => round < BACKLOG || (i + round) % 2 === 0)
        t.strictSame(numbers, written, subject)
      }
      t.ok(new Set(taken.map(({ by }) => by)).size > 1, 'the work is shared')
    },
  )
}

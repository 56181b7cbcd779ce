import { setTimeout as sleep } from 'node:timers/promises'
import { CONCURRENT_ENGINES, freshDatabaseUrl } from '@lifeline/testing/databases'
import t from 'tap'
import type { Broker } from '../../src/broker/port.ts'
import { makeRelayStep } from '../../src/broker/relay/step.ts'
import { openDatabase } from '../../src/db/open.ts'
import { CONFIRMED, givenOutbox, listOutboxIds, log, refused, testBroker } from './given-outbox.ts'

const SUBJECTS = [...'abcdefghijklmnopqrst']
const ROUNDS = 60

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
      const brokerFor = (by: string): Broker => ({
        ...testBroker().broker,
        async publish(messages) {
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
      for (let round = 0; round < ROUNDS; round++) {
        const written = SUBJECTS.filter((_, i) => (i + round) % 2 === 0).map((subject) => `${subject}${round}`)
        await givenOutbox(writer, ...written)
        if (round % 4 === 0) while ((await listOutboxIds(writer)).length > 0) await sleep(2)
      }
      while ((await listOutboxIds(writer)).length > 0) await sleep(5)
      done = true
      await Promise.all(relaying)

      for (const [i, subject] of SUBJECTS.entries()) {
        const numbers = taken.filter(({ id }) => id.startsWith(subject)).map(({ id }) => Number(id.slice(1)))
        const written = Array.from({ length: ROUNDS }, (_, round) => round).filter((round) => (i + round) % 2 === 0)
        t.strictSame(numbers, written, subject)
      }
      t.ok(new Set(taken.map(({ by }) => by)).size > 1, 'the work is shared')
    },
  )
}

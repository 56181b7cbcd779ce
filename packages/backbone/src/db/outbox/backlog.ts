import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'

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

const COUNTED_AT_MOST = 10_000

/** For a gauge: not counted beyond 10,000, so that it costs the same however many there are. */
export async function countWaitingMessages(db: Db): Promise<number> {
  const some = db.selectFrom('outbox').select('seq').fetch(COUNTED_AT_MOST).as('some')
  const query = db.selectFrom(some).select((eb) => eb.fn.countAll<number>().as('waiting'))
  return (await reading(() => query.executeTakeFirstOrThrow())).waiting
}

/** Since when the next message waits. */
export async function oldestMessage(db: Db): Promise<Date | undefined> {
  const query = db.selectFrom('outbox').select('created_at').orderBy('seq').fetch(1)
  return (await reading(() => query.executeTakeFirst()))?.created_at
}

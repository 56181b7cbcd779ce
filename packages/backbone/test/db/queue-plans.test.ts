import { addMessages } from '@lifeline/backbone/db/outbox/add-messages'
import { listOutbox } from '@lifeline/backbone/db/outbox/messages'
import { listShards } from '@lifeline/backbone/db/outbox/shards'
import type { Db } from '@lifeline/backbone/db/schema'

import { inTransaction } from '@lifeline/backbone/db/transaction'
import { earliestWakes, listDue } from '@lifeline/backbone/db/wake-rows'
import { freshDatabase } from '@lifeline/testing/databases'
import { fillSchedulers } from '@lifeline/testing/fill-schedulers'
import { fillTasks } from '@lifeline/testing/fill-tasks'
import { sql } from 'kysely'
import t from 'tap'
import { lookAt } from './plans.ts'

const UNTIL = new Date('2026-03-02T12:00:00.000Z')

t.test('postgres: the clock looks at what is due, and at nothing else', async (t) => {
  const db = await freshDatabase(t, 'postgres')
  await fillTasks(db, 20_000, { until: UNTIL })
  const first = await db.selectFrom('tasks').select('wake_at').where('wake_at', 'is not', null).orderBy('wake_at').executeTakeFirstOrThrow()
  const before = new Date((first.wake_at as Date).getTime() - 1)
  const idle = await lookAt(db, (db) => listDue(db, 'tasks', before, 1_000))
  t.match(idle, { indexes: ['tasks_wake_at'], taskRows: 0 })
  const earliest = await lookAt(db, (db) => earliestWakes(db, ['tasks']))
  t.match(earliest, { indexes: ['tasks_wake_at'] })
  t.ok(earliest.taskRows <= 1, 'the first entry of the index, and no more')
  const week = new Date(before.getTime() + 7 * 86_400_000)
  const due = await listDue(db, 'tasks', week, 100_000)
  t.ok(due.length > 10 && due.length < 1_000)
  const busy = await lookAt(db, (db) => listDue(db, 'tasks', week, 100_000))
  t.match(busy, { indexes: ['tasks_wake_at'], taskRows: due.length })
})

t.test('postgres: of many schedulers it looks at those that are due, by their index', async (t) => {
  const db = await freshDatabase(t, 'postgres')
  await fillSchedulers(db, 20_000, { now: UNTIL })
  t.match(await lookAt(db, (db) => listDue(db, 'schedulers', UNTIL, 1_000)), { indexes: ['schedulers_wake_at'] })
})

async function fillAndEmptyOutbox(db: Db) {
  const message = { exchange: 'events', routingKey: 'task.created', cc: [], headers: {}, body: '{}' }
  const messages = Array.from({ length: 2_000 }, (_, i) => ({ ...message, messageId: `m${i}`, subject: `task/${i}` }))
  await inTransaction(db, (trx) => addMessages(trx, messages))
  await db.deleteFrom('outbox').execute()
}

t.test('postgres: what is dead in a queue is passed over by its index, whatever the planner thinks of its size', async (t) => {
  const db = await freshDatabase(t, 'postgres')
  for (const think of ['nothing', 'that it is empty', 'that it is full']) {
    await fillAndEmptyOutbox(db)
    if (think === 'that it is empty') await sql`analyze outbox`.execute(db)
    if (think === 'that it is full') await sql`update pg_class set reltuples = 100000 where relname = 'outbox'`.execute(db)
    for (const look of [(db: Db) => listShards(db), (db: Db) => listOutbox(db, [1, 2, 3], 500)]) {
      const { nodes, indexes } = await lookAt(db, look)
      t.match(indexes, ['outbox_shard_seq'], think)
      t.notOk(
        nodes.some((node) => node.startsWith('Bitmap')),
        `${think}: ${nodes.join(', ')}`,
      )
    }
  }
})

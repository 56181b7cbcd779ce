import { claimDeliveries } from '@lifeline/backbone/db/deliveries/deliveries'
import { DeadlockError } from '@lifeline/backbone/db/errors'
import type { Db } from '@lifeline/backbone/db/schema'
import { databaseError, inTransaction } from '@lifeline/backbone/db/transaction'
import { ENGINES, type Engine, freshDatabase } from '@lifeline/testing/databases'
import { sql } from 'kysely'
import t from 'tap'

/*
 * What only a real Oracle can show. Where an engine that stands in for it has something to say as well, it says it,
 * which also shows that the test itself is right. By hand, because they need a server set up for it: DRCP, TLS, a
 * failover in the middle of a commit.
 */
const on = (...standIns: Engine[]) => [...standIns, ...ENGINES.filter((engine) => engine === 'oracle')]

const NOON = new Date('2026-03-02T12:00:00.123Z')
const outboxRow = (message_id: string, body: string) => ({
  ...{ shard: 1, exchange: 'events', routing_key: 'task.created', cc: null, message_id, subject: 'task/1' },
  ...{ headers: '{}', body, created_at: NOON },
})

for (const engine of on('oracle-h2', 'oracle-pg')) {
  t.test(`${engine}: texts of every length survive, alone, in a batch, and beside RETURNING`, async (t) => {
    const db = await freshDatabase(t, engine)
    const bodies = [1, 3_999, 4_000, 4_001, 32_767, 32_768, 100_000, 1_000_000].flatMap((length) => [
      'x'.repeat(length),
      '日'.repeat(length / 3 + 1),
    ])
    for (const [i, body] of bodies.entries()) {
      const added = await db
        .insertInto('outbox')
        .values(outboxRow(`one ${i}`, body))
        .returning(['message_id', 'created_at'])
        .executeTakeFirstOrThrow()
      t.strictSame(added, { message_id: `one ${i}`, created_at: NOON })
    }
    await db
      .insertInto('outbox')
      .values(bodies.map((body, i) => outboxRow(`many ${i}`, body)))
      .execute()
    for (const kind of ['one', 'many']) {
      const rows = await db.selectFrom('outbox').select('body').where('message_id', 'like', `${kind} %`).orderBy('seq').execute()
      t.ok(rows.every((row, i) => row.body === bodies[i]) && rows.length === bodies.length, kind)
    }
  })

  t.test(`${engine}: every instant of a day is read as it was written`, async (t) => {
    const db = await freshDatabase(t, engine)
    const instants = Array.from({ length: 48 }, (_, i) => new Date(Date.UTC(2026, 2, 29, 0, 30 * i, 0, i)))
    await db
      .insertInto('outbox_shard')
      .values(instants.map((lease_until, i) => ({ shard: 100 + i, owner: null, lease_until })))
      .execute()
    const rows = await db.selectFrom('outbox_shard').select('lease_until').where('shard', '>=', 100).orderBy('lease_until').execute()
    t.strictSame(
      rows.map(({ lease_until }) => lease_until),
      instants,
    )
    const later = await db
      .selectFrom('outbox_shard')
      .select('shard')
      .where('lease_until', '>', instants[23] ?? null)
      .execute()
    t.equal(later.length, 24)
  })

  t.test(`${engine}: two that wait for each other: one is rolled back, tried again, and both are done`, async (t) => {
    const db = await freshDatabase(t, engine)
    const both = Promise.withResolvers<void>()
    let inside = 0
    const work = (first: number, second: number) =>
      inTransaction(db, async (trx) => {
        await add(trx, first)
        if (++inside === 2) both.resolve()
        await both.promise
        await add(trx, second)
      })
    const add = (trx: Db, shard: number) =>
      trx.updateTable('outbox_shard').set({ owner: sql`coalesce("owner", '') || 'x'` }).where('shard', '=', shard).execute()
    await Promise.all([work(1, 2), work(2, 1)])
    const rows = await db.selectFrom('outbox_shard').select('owner').where('shard', 'in', [1, 2]).execute()
    t.strictSame(rows, [{ owner: 'xx' }, { owner: 'xx' }])
    t.ok(inside > 2, 'one was tried again')
  })
}

for (const engine of on('oracle-pg')) {
  t.test(`${engine}: of two serializable transactions that overtake each other one is to run again`, async (t) => {
    const db = await freshDatabase(t, engine)
    const set = (trx: Db, owner: string) => trx.updateTable('outbox_shard').set({ owner }).where('shard', '=', 1).execute()
    const overtaken = db
      .transaction()
      .setIsolationLevel('serializable')
      .execute(async (trx) => {
        await trx.selectFrom('outbox_shard').selectAll().execute()
        await set(db, 'quicker')
        await set(trx, 'slower')
      })
    t.ok(databaseError(await overtaken.catch((error: unknown) => error)) instanceof DeadlockError)
  })
}

// Oracle's own word on what our compiler refuses for it, and on what our lint forbids.
const REFUSED: readonly (readonly [error: string, statement: string])[] = [
  ['ORA-02014', 'select "id" from "tasks" fetch first 1 rows only for update'],
  ['ORA-01795', `select "id" from "tasks" where "version" in (${Array(1_001).fill('1').join(', ')})`],
  ['ORA-00933', 'select "id" from "tasks" limit 1'],
  ['ORA-00933', "insert into \"task_labels\" (\"task_id\", \"label\") values ('a', 'b'), ('c', 'd')"],
  ['ORA-00932', 'select "seq" from "outbox" where "body" = \'{}\''],
  ['ORA-01796', 'select "id" from "tasks" where ("version", "id") < (1, \'a\')'],
  ['ORA-00904', 'select now() from dual'],
  ['ORA-00942', 'select id from tasks'],
]

for (const engine of on()) {
  t.test(`${engine}: refuses what we say it refuses`, async (t) => {
    const db = await freshDatabase(t, engine)
    for (const [error, statement] of REFUSED) await t.rejects(sql.raw(statement).execute(db), { code: error }, statement)
  })

  t.test(`${engine}: the clock's question, pages by id and claims go by an index`, async (t) => {
    const db = await freshDatabase(t, engine)
    const plan = async (statement: string) => {
      await db.connection().execute(async (one) => {
        await sql.raw(`explain plan set statement_id = 'lifeline' for ${statement}`).execute(one)
      })
      const { rows } = await sql<{ index: string }>`select object_name "index" from plan_table where operation = 'INDEX'`.execute(db)
      return rows.map(({ index }) => index)
    }
    t.match(await plan('select "id" from "tasks" where "wake_at" <= :1 order by "wake_at" fetch next 100 rows only'), ['tasks_wake_at'])
    t.match(await plan('select * from "tasks" where "id" < :1 order by "id" desc fetch next 50 rows only'), ['tasks_wake_at', 'tasks_pkey'])
  })

  t.test(`${engine}: a cursor locks the rows that it has fetched, and the next one skips them`, async (t) => {
    const db = await freshDatabase(t, engine)
    const firstFive = async (trx: Db) => {
      const shards: number[] = []
      for await (const { shard } of trx.selectFrom('outbox_shard').select('shard').orderBy('shard').forUpdate().skipLocked().stream(5)) {
        shards.push(shard)
        if (shards.length === 5) break
      }
      return shards
    }
    await db.transaction().execute(async (one) => {
      t.strictSame(await firstFive(one), [0, 1, 2, 3, 4])
      await db.transaction().execute(async (two) => t.strictSame(await firstFive(two), [5, 6, 7, 8, 9]))
    })
  })

  t.test(`${engine}: however many consumers claim at once, each message is handed to one`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = { queue: 'q', exchange: 'events', routing_key: 'r', headers: '{}', body: '{}', redeliveries: 0, available_at: NOON }
    const rows = Array.from({ length: 200 }, (_, i) => ({ ...row, message_id: `m${i}`, position: i, claimed_by: null, lease_until: null }))
    await db.insertInto('deliveries').values(rows).execute()
    const lease = { queue: 'q', inHand: [], limit: 50, machineNow: NOON, leaseUntil: new Date(NOON.getTime() + 60_000) }
    const claimed = await Promise.all(['a', 'b', 'c', 'd'].map((consumer) => claimDeliveries(db, { ...lease, consumer })))
    const ids = claimed.flat().map(({ message_id }) => message_id)
    t.equal(new Set(ids).size, ids.length)
  })
}

import type { Schema } from '@lifeline/backbone/db/schema'
import { databaseError } from '@lifeline/backbone/db/transaction'
import { type Engine, freshDatabase } from '@lifeline/testing/databases'
import { resultSets } from '@lifeline/testing/oracle/wire/connection'
import { type Kysely, sql } from 'kysely'
import t from 'tap'
import { NOON } from './given-oracle.ts'

const ENGINES: readonly Engine[] = ['oracle-h2', 'oracle-pg', ...(process.env.TEST_ORACLE_URL === undefined ? [] : (['oracle'] as const))]

const shard = (shard: number, owner: string | null = null) => ({ shard, owner, lease_until: NOON })
const owners = async (db: Kysely<Schema>) => {
  const rows = await db.selectFrom('outbox_shard').select(['shard', 'owner']).where('shard', '>=', 100).orderBy('shard').execute()
  return rows.map(({ shard, owner }) => `${shard} ${owner}`)
}

for (const engine of ENGINES) {
  t.test(`${engine}: outside a transaction every statement is kept, inside one all or none`, async (t) => {
    const db = await freshDatabase(t, engine)
    await db.insertInto('outbox_shard').values(shard(100, 'kept')).execute()
    await db
      .insertInto('outbox_shard')
      .values([shard(101, 'kept'), shard(102, 'kept')])
      .execute()
    const undone = db.transaction().execute(async (trx) => {
      await trx.insertInto('outbox_shard').values(shard(103, 'undone')).execute()
      await trx
        .insertInto('outbox_shard')
        .values([shard(104, 'undone'), shard(105, 'undone')])
        .execute()
      throw new Error('no')
    })
    await t.rejects(undone, { message: 'no' })
    await db.transaction().execute((trx) => trx.insertInto('outbox_shard').values(shard(106, 'both')).execute())
    t.strictSame(await owners(db), ['100 kept', '101 kept', '102 kept', '106 both'])
  })

  t.test(`${engine}: a savepoint undoes what came after it`, async (t) => {
    const db = await freshDatabase(t, engine)
    const trx = await db.startTransaction().execute()
    await trx.insertInto('outbox_shard').values(shard(100)).execute()
    const inner = await trx.savepoint('here').execute()
    await inner.insertInto('outbox_shard').values(shard(101)).execute()
    await inner.rollbackToSavepoint('here').execute()
    const again = await trx.savepoint('there').execute()
    await again.insertInto('outbox_shard').values(shard(102)).execute()
    await again.releaseSavepoint('there').execute()
    await trx.commit().execute()
    t.strictSame(await owners(db), ['100 null', '102 null'])
  })

  t.test(`${engine}: RETURNING answers rows: of one insert, of many, of an update and of a delete`, async (t) => {
    const db = await freshDatabase(t, engine)
    const one = await db.insertInto('outbox_shard').values(shard(100)).returning(['shard', 'owner', 'lease_until']).executeTakeFirst()
    t.strictSame(one, shard(100))
    const many = await db
      .insertInto('outbox_shard')
      .values([shard(101, 'a'), shard(102, 'b')])
      .returning(['owner', 'shard'])
      .execute()
    t.strictSame(many, [
      { owner: 'a', shard: 101 },
      { owner: 'b', shard: 102 },
    ])
    const updated = await db
      .updateTable('outbox_shard')
      .set({ owner: 'new' })
      .where('shard', '>=', 101)
      .returning(['shard', 'owner'])
      .execute()
    t.strictSame(updated.map(({ shard, owner }) => `${shard} ${owner}`).sort(), ['101 new', '102 new'])
    const deleted = await db.deleteFrom('outbox_shard').where('shard', '>=', 100).returningAll().execute()
    t.strictSame(deleted.map(({ shard }) => shard).sort(), [100, 101, 102])
    t.strictSame(await db.deleteFrom('outbox_shard').where('shard', '=', 100).returningAll().execute(), [])
  })

  t.test(`${engine}: texts beyond a VARCHAR2, alone and in a batch, and nulls of every kind come back as they were`, async (t) => {
    const db = await freshDatabase(t, engine)
    const dead = (seq: number, body: string) => ({
      seq,
      exchange: 'events',
      routing_key: 'task.created',
      message_id: `m${seq}`,
      subject: 'task/1',
      headers: '{}',
      body,
      reason: 'Größe',
      created_at: NOON,
      died_at: new Date('2026-03-29T01:30:00.001Z'),
    })
    const bodies = ['short', 'é'.repeat(3_000), '日本'.repeat(8_000), 'x'.repeat(100_000)]
    await db
      .insertInto('outbox_dead')
      .values(dead(0, bodies[3] as string))
      .execute()
    await db
      .insertInto('outbox_dead')
      .values(bodies.map((body, i) => dead(i + 1, body)))
      .execute()
    const rows = await db.selectFrom('outbox_dead').selectAll().orderBy('seq').execute()
    t.strictSame(rows, [dead(0, bodies[3] as string), ...bodies.map((body, i) => dead(i + 1, body))])
    await db
      .updateTable('outbox_dead')
      .set({ body: 'y'.repeat(40_000) })
      .where('seq', '=', 0)
      .execute()
    const { body } = await db.selectFrom('outbox_dead').select('body').where('seq', '=', 0).executeTakeFirstOrThrow()
    t.equal(body, 'y'.repeat(40_000))
    await db.updateTable('outbox_shard').set({ owner: null, lease_until: null }).where('shard', '=', 1).execute()
    const shard1 = await db.selectFrom('outbox_shard').selectAll().where('shard', '=', 1).executeTakeFirst()
    t.strictSame(shard1, { shard: 1, owner: null, lease_until: null })
  })

  t.test(`${engine}: rows can be streamed, and left in the middle`, async (t) => {
    const db = await freshDatabase(t, engine)
    const query = db.selectFrom('outbox_shard').select('shard').orderBy('shard')
    const seen: number[] = []
    for await (const { shard } of query.stream(5)) seen.push(shard)
    t.strictSame(
      seen,
      Array.from({ length: 16 }, (_, i) => i),
    )
    for await (const { shard } of query.stream(5)) if (shard === 7) break
    t.equal(resultSets.open, 0)
    t.equal((await query.execute()).length, 16)
  })

  t.test(`${engine}: more than a thousand values can be asked for`, async (t) => {
    const db = await freshDatabase(t, engine)
    const shards = Array.from({ length: 2_500 }, (_, i) => 2_499 - i)
    const found = await db.selectFrom('outbox_shard').select('shard').where('shard', 'in', shards).execute()
    t.equal(found.length, 16)
    t.strictSame(await db.selectFrom('outbox_shard').select('shard').where('shard', 'not in', shards).execute(), [])
  })

  t.test(`${engine}: a failed statement is undone alone, and its error has a name`, async (t) => {
    const db = await freshDatabase(t, engine)
    await db.transaction().execute(async (trx) => {
      await trx.insertInto('outbox_shard').values(shard(100)).execute()
      const error = await trx.insertInto('outbox_shard').values(shard(100)).execute().catch(databaseError)
      t.match(error, { code: 'not_unique', constraint: 'outbox_shard_pkey' })
      await trx.insertInto('outbox_shard').values(shard(101)).execute()
    })
    t.strictSame(await owners(db), ['100 null', '101 null'])
  })

  t.test(`${engine}: a batch of which one row is refused leaves nothing, also where its connection is used again`, async (t) => {
    const db = await freshDatabase(t, engine)
    await db.connection().execute(async (one) => {
      const batch = one.insertInto('outbox_shard').values([shard(100), shard(101), shard(1)])
      t.match(await batch.execute().catch(databaseError), { code: 'not_unique' })
      await one.insertInto('outbox_shard').values(shard(102)).execute()
    })
    t.strictSame(await owners(db), ['102 null'])
  })

  t.test(`${engine}: tables are found, and synonyms of those of another user`, async (t) => {
    const db = await freshDatabase(t, engine)
    const names = async () => (await db.introspection.getTables()).map(({ name }) => name)
    t.ok((await names()).includes('migrations'))
    t.notOk((await names()).includes('other'))
    if (engine === 'oracle-pg') return
    await sql`create synonym "other" for "tasks"`.execute(db)
    t.ok((await names()).includes('other'))
  })

  t.test(`${engine}: a transaction that only reads cannot write; levels that Oracle has not are refused`, async (t) => {
    const db = await freshDatabase(t, engine)
    const level = db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async () => {})
    await t.rejects(level, { name: 'UnsupportedOnOracleError', oracleError: 'ORA-02179' })
    const rows = await db
      .transaction()
      .setAccessMode('read only')
      .execute((trx) => owners(trx))
    t.strictSame(rows, [])
    // H2 has no such transactions.
    if (engine === 'oracle-h2') return
    const writes = db
      .transaction()
      .setAccessMode('read only')
      .execute((trx) => trx.insertInto('outbox_shard').values(shard(100)).execute())
    await t.rejects(writes)
    await db.insertInto('outbox_shard').values(shard(101)).execute()
    t.strictSame(await owners(db), ['101 null'])
  })

  t.test(`${engine}: who waits five seconds for a connection hears that the database is unavailable`, async (t) => {
    const db = await freshDatabase(t, engine)
    const held = Promise.withResolvers<void>()
    const holders = Array.from({ length: 10 }, () => db.connection().execute(() => held.promise))
    const error = await sql`select 1 "one" from dual`.execute(db).catch(databaseError)
    t.match(error, { code: 'database_unavailable', retry: true })
    held.resolve()
    await Promise.all(holders)
    await t.resolves(sql`select 1 "one" from dual`.execute(db))
  })
}

t.test('oracle-pg: a serializable transaction that was overtaken is one to run again', async (t) => {
  const db = await freshDatabase(t, 'oracle-pg')
  const overtaken = db
    .transaction()
    .setIsolationLevel('serializable')
    .execute(async (trx) => {
      await trx.selectFrom('outbox_shard').selectAll().where('shard', '=', 1).execute()
      await db.updateTable('outbox_shard').set({ owner: 'other' }).where('shard', '=', 1).execute()
      await trx.updateTable('outbox_shard').set({ owner: 'mine' }).where('shard', '=', 1).execute()
    })
  const error = await overtaken.catch(databaseError)
  t.match(error, { name: 'DeadlockError', cause: { code: 'ORA-08177' } })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { OracleConnection } from '@lifeline/backbone/db/dialect/oracle/connection'
import { oracleDialect } from '@lifeline/backbone/db/dialect/oracle/open'
import type { Schema } from '@lifeline/backbone/db/schema'
import { databaseError } from '@lifeline/backbone/db/transaction'
import { type Engine, freshDatabaseUrl } from '@lifeline/testing/databases'
import { OracleError } from '@lifeline/testing/oracle/session'
import { faults } from '@lifeline/testing/oracle/wire/connection'
import { Kysely, sql } from 'kysely'
import oracledb from 'oracledb'
import t, { type Test } from 'tap'

const ENGINES: readonly Engine[] = ['oracle-h2', 'oracle-pg']
const one = sql<{ one: number }>`select 1 "one" from dual`

async function givenPool(t: Test, engine: Engine) {
  const dialect = oracleDialect(await freshDatabaseUrl(t, engine), { connections: 2, onError() {} })
  const db = new Kysely<Schema>({ dialect })
  t.after(() => db.destroy())
  t.after(() => {
    faults.next = undefined
  })
  return { db, counts: () => dialect.poolCounts() }
}

/** Fails the next statement that matches, once. */
function failNext(pattern: RegExp, error: OracleError) {
  faults.next = (sql) => {
    if (!pattern.test(sql)) return undefined
    faults.next = undefined
    return error
  }
}

for (const engine of ENGINES) {
  t.test(`${engine}: the pool counts its connections and who waits`, async (t) => {
    const { db, counts } = await givenPool(t, engine)
    t.strictSame(counts(), { used: 0, idle: 0, waiting: 0 }, 'nothing is opened before it is needed')
    const held = Promise.withResolvers<void>()
    const holders = [1, 2].map(() => db.connection().execute(() => held.promise))
    const waiter = one.execute(db)
    while (counts().waiting !== 1 || counts().used !== 2) await sleep(10)
    held.resolve()
    await Promise.all([...holders, waiter])
    t.strictSame(counts(), { used: 0, idle: 2, waiting: 0 })
  })

  t.test(`${engine}: a connection whose session was killed is not used again`, async (t) => {
    const { db, counts } = await givenPool(t, engine)
    await one.execute(db)
    t.strictSame(counts(), { used: 0, idle: 1, waiting: 0 })
    failNext(/select 1/, new OracleError(28, 'your session has been killed'))
    const error = await one.execute(db).catch(databaseError)
    t.match(error, { code: 'database_unavailable', cause: { code: 'NJS-500' } })
    t.strictSame(counts(), { used: 0, idle: 0, waiting: 0 })
    t.strictSame((await one.execute(db)).rows, [{ one: 1 }])
  })

  t.test(`${engine}: a transaction whose session is lost is undone, and says so`, async (t) => {
    const { db, counts } = await givenPool(t, engine)
    const lost = db.transaction().execute(async (trx) => {
      await trx.updateTable('outbox_shard').set({ owner: 'lost' }).execute()
      failNext(/select 1/, new OracleError(3113, 'end-of-file on communication channel'))
      await one.execute(trx)
    })
    t.match(await lost.catch(databaseError), { code: 'database_unavailable' })
    t.equal(counts().used, 0)
    t.strictSame(await db.selectFrom('outbox_shard').select('shard').where('owner', 'is not', null).execute(), [])
  })

  t.test(`${engine}: a statement that fails otherwise keeps its connection`, async (t) => {
    const { db, counts } = await givenPool(t, engine)
    failNext(/select 1/, new OracleError(1013, 'user requested cancel of current operation.'))
    t.match(await one.execute(db).catch(databaseError), { code: 'database_unavailable' })
    t.strictSame(counts(), { used: 0, idle: 1, waiting: 0 })
  })

  t.test(`${engine}: a wrong password and an unknown service are said in words`, async (t) => {
    const url = new URL(await freshDatabaseUrl(t, engine))
    const wrong = [
      [Object.assign(new URL(url), { password: 'wrong' }), /no such user and password/],
      [Object.assign(new URL(url), { pathname: `${url.pathname}-not` }), /no such service/],
    ] as const
    for (const [{ href }, sentence] of wrong) {
      const db = new Kysely<Schema>({ dialect: oracleDialect(href, { connections: 2, onError() {} }) })
      t.match(await one.execute(db).catch(databaseError), { name: 'DatabaseRefusedError', message: sentence })
      await db.destroy()
    }
  })
}

t.test('a session in which nothing runs is not told to break: its next statement would end instead', async (t) => {
  let breaks = 0
  const running = Promise.withResolvers<void>()
  const raw = { break: async () => void breaks++ } as unknown as oracledb.Connection
  const connection = new OracleConnection(raw, oracledb)
  await connection.cancelQuery()
  t.equal(breaks, 0)
  const work = connection.attempt(() => running.promise)
  await connection.cancelQuery()
  t.equal(breaks, 1)
  running.resolve()
  await work
  await connection.cancelQuery()
  t.equal(breaks, 1)
})

// H2 waits for a lock to its end, whoever cancels it.
t.test('oracle-pg: a statement can be cancelled while it runs, and the connection is as good as before', async (t) => {
  const { db, counts } = await givenPool(t, 'oracle-pg')
  await db.transaction().execute(async (trx) => {
    await trx.updateTable('outbox_shard').set({ owner: 'first' }).where('shard', '=', 1).execute()
    const second = db.updateTable('outbox_shard').set({ owner: 'second' }).where('shard', '=', 1)
    const started = performance.now()
    await t.rejects(second.execute({ signal: AbortSignal.timeout(300), inflightQueryAbortStrategy: 'cancel query' }))
    // Its connection is free again, although the lock is still held.
    while (counts().used > 1) await sleep(10)
    t.ok(performance.now() - started < 2_500, 'the lock is not waited for')
  })
  await one.execute(db)
  const row = await db.selectFrom('outbox_shard').select('owner').where('shard', '=', 1).executeTakeFirst()
  t.strictSame(row, { owner: 'first' })
  t.equal(counts().used, 0)
})

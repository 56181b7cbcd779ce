import oracledb from 'oracledb'
import t, { type Test } from 'tap'
import { freshOracleUrl } from '../../src/oracle/fresh-schema.ts'
import { baseOf, impl, parseStatement, thin } from '../../src/oracle/wire/driver-internals.ts'
import { WirePool } from '../../src/oracle/wire/pool.ts'

async function givenPool(t: Test, options: Partial<oracledb.PoolAttributes> = {}) {
  const { username, password, host, pathname } = new URL(await freshOracleUrl(t, 'oracle-h2'))
  const pool = await oracledb.createPool({ user: username, password, connectString: `${host}${pathname}`, poolMax: 1, ...options })
  t.after(() => pool.close(0))
  return pool
}

t.test('the inside of oracledb is where the replaced wire looks for it', async (t) => {
  t.equal(oracledb.versionString, '26.0.0', 'pinned: look at driver-internals.ts before raising it')
  t.equal(thin.PoolImpl.name, 'ThinPoolImpl')
  t.equal(thin.ConnectionImpl.name, 'ThinConnectionImpl')
  t.equal(baseOf(thin.ConnectionImpl).name, 'ConnectionImpl')
  t.equal(baseOf(thin.ResultSetImpl).name, 'ResultSetImpl')
  t.match(parseStatement('update "t" set "a" = :1 returning "a" into :2'), { isDml: true, isReturning: true, bindInfoList: { length: 2 } })
  await givenPool(t)
  t.equal(impl.PoolImpl, WirePool)
})

t.test('the public half of the driver is the real one: it checks binds, queues and converts', async (t) => {
  const pool = await givenPool(t, { queueTimeout: 50 })
  const connection = await pool.getConnection()
  await t.rejects(pool.getConnection(), { code: 'NJS-040' })
  await t.rejects(connection.execute('select :1 from dual', []), { code: 'NJS-098' })
  await t.rejects(connection.execute('select 1 from dual;'), { code: 'ORA-00933' })
  await t.rejects(connection.execute('update "outbox_shard" set "owner" = :1', [true]), { code: 'ORA-03115' })
  await t.rejects(connection.execute('update "outbox_shard" set "owner" = :1', ['x'.repeat(40_000)]), { code: 'ORA-01461' })
  const { rows } = await connection.execute('select count(*) "n" from "outbox_shard"', [], { outFormat: oracledb.OUT_FORMAT_OBJECT })
  t.strictSame(rows, [{ n: 16 }])
  await connection.close()
})

t.test('a wrong password and an unknown service are refused as Oracle refuses them', async (t) => {
  await t.rejects((await givenPool(t, { password: 'wrong' })).getConnection(), { code: 'ORA-01017' })
  const { host } = new URL(await freshOracleUrl(t, 'oracle-h2'))
  await t.rejects((await givenPool(t, { connectString: `${host}/h2-nowhere` })).getConnection(), { code: 'ORA-12514' })
})

t.test('what was not committed goes when a connection is given back', async (t) => {
  const pool = await givenPool(t, { poolMax: 2 })
  const [one, other] = [await pool.getConnection(), await pool.getConnection()]
  await one.execute(`update "outbox_shard" set "owner" = 'me' where "shard" = 1`)
  await one.close()
  const { rows } = await other.execute('select "owner" from "outbox_shard" where "shard" = 1')
  t.strictSame(rows, [[null]])
  await other.close()
})

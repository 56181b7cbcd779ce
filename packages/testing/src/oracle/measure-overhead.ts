/**
 * `node packages/testing/src/oracle/measure-overhead.ts`: what our dialect costs per statement, against bare oracledb
 * on the same wire. The engine answers at once, so that nothing but JavaScript is measured.
 */
import './wire/install.ts'
import { performance } from 'node:perf_hooks'
import { openDatabase } from '@lifeline/backbone/db/open'
import oracledb from 'oracledb'
import { NULL_SERVICE, oracleUrl } from './wire/engine-address.ts'

const ROUNDS = 20_000
const url = oracleUrl(1, NULL_SERVICE)
const db = await openDatabase(url, { connections: 1 })
const pool = await oracledb.createPool({ user: 'lifeline', password: 'lifeline', connectString: `127.0.0.1:1/${NULL_SERVICE}`, poolMax: 1 })

const SELECT = 'select "id", "title" from "tasks" where "id" = :1'
const UPDATE = 'update "outbox_shard" set "owner" = :1 where "shard" = :2'
const options = { autoCommit: true, outFormat: oracledb.OUT_FORMAT_OBJECT }

async function bare(sql: string, binds: unknown[]) {
  const connection = await pool.getConnection()
  await connection.execute(sql, binds as oracledb.BindParameters, options)
  await connection.close()
}

async function microseconds(work: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < 2_000; i++) await work()
  const from = performance.now()
  for (let i = 0; i < ROUNDS; i++) await work()
  return ((performance.now() - from) * 1_000) / ROUNDS
}

const rows = [
  ['select by id, bare oracledb', () => bare(SELECT, ['a'])],
  ['select by id, our dialect', () => db.selectFrom('tasks').select(['id', 'title']).where('id', '=', 'a').execute()],
  ['update, bare oracledb', () => bare(UPDATE, ['me', 1])],
  ['update, our dialect', () => db.updateTable('outbox_shard').set({ owner: 'me' }).where('shard', '=', 1).execute()],
] as const
for (const [what, work] of rows) console.log(`${what.padEnd(30)} ${(await microseconds(work)).toFixed(1).padStart(7)} µs`)
await db.destroy()
await pool.close(0)

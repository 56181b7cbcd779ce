import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { sql } from 'kysely'
import t from 'tap'
import { COLUMNS, columnKind, type TableName } from '../../../src/db/schema.ts'
import { readOracleSchema } from './read-oracle-schema.ts'
import { readPostgresSchema } from './read-postgres-schema.ts'

for (const engine of ENGINES.filter((engine) => engine === 'oracle' || engine === 'oracle-h2')) {
  t.test(`${engine}: sql/oracle makes what sql/postgres makes: tables, columns, keys, indexes, CHECKs`, async (t) => {
    const oracle = await readOracleSchema(await freshDatabase(t, engine))
    const postgres = await readPostgresSchema(await freshDatabase(t, 'postgres'))
    t.ok(Object.keys(postgres).length >= 9)
    t.strictSame(Object.keys(oracle).sort(), Object.keys(postgres).sort())
    for (const [table, shape] of Object.entries(postgres)) t.strictSame(oracle[table], shape, table)
  })

  t.test(`${engine}: COLUMNS says of every table and column what the migrated schema says`, async (t) => {
    const oracle = await readOracleSchema(await freshDatabase(t, engine))
    for (const [table, columns] of Object.entries(COLUMNS)) {
      for (const column of Object.keys(columns)) {
        const { kind, nullable } = columnKind(table as TableName, column)
        t.equal(oracle[table]?.columns[column]?.replace(/\(\d+\)/, ''), `${kind}${nullable ? '?' : ''}`, `${table}.${column}`)
      }
    }
  })
}

t.test('oracle-h2: a difference between the schemas is seen', async (t) => {
  const db = await freshDatabase(t, 'oracle-h2')
  const before = await readOracleSchema(db)
  const seen = async (statement: string) => {
    await sql.raw(statement).execute(db)
    const { tasks } = await readOracleSchema(db)
    t.strictNotSame(tasks, before.tasks, statement)
    return tasks
  }
  t.notHas((await seen('drop index "tasks_status"'))?.indexes, { tasks_status: '(status, id)' })
  t.match((await seen('alter table "tasks" add "x" varchar2(20 char)'))?.columns, { x: 'text(20)?' })
  t.strictSame((await seen('alter table "tasks" drop constraint "tasks_status_check"'))?.checks, {})
  t.strictSame(Object.keys((await seen('alter table "tasks" drop constraint "tasks_external_ref_key"'))?.keys ?? {}), ['tasks_pkey'])
})

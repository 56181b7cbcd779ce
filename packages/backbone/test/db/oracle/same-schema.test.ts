import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
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

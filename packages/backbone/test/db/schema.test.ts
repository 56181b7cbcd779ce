import { COLUMNS, columnKind, type Db, type TableName } from '@lifeline/backbone/db/schema'
import { TASK_STATUSES } from '@lifeline/backbone/db/tasks/status'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { sql } from 'kysely'
import t from 'tap'
import { givenTask } from './given-task.ts'

const KIND_OF_TYPE: Record<string, string> = {
  uuid: 'uuid',
  'character varying': 'text',
  text: 'longtext',
  smallint: 'int',
  integer: 'int',
  bigint: 'int',
  'timestamp with time zone': 'time',
}

for (const engine of ENGINES) {
  t.test(`${engine}: the CHECK on a task's status agrees with the table of moves`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenTask(db)
    const set = (status: string) => db.updateTable('tasks').set({ status }).where('id', '=', id).execute()
    for (const status of TASK_STATUSES) await t.resolves(set(status), status)
    for (const status of ['pending', 'In Progress', 'Done']) await t.rejects(set(status), /tasks_status_check/, status)
    // To Oracle it is null, which our dialect refuses to send.
    await t.rejects(set(''), /tasks_status_check|'' does not work on Oracle/, 'the empty string')
  })
}

// Oracle's schema is compared with PostgreSQL's.
for (const engine of ['pglite', 'postgres'] as const) {
  t.test(`${engine}: COLUMNS says of every table and column what the migrated schema says`, async (t) => {
    const db = await freshDatabase(t, engine)
    t.strictSame(declaredColumns(), await migratedColumns(db))
  })

  t.test(`${engine}: no name is longer than Oracle allows, and times have milliseconds`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { rows: names } = await sql<{ name: string }>`
      select conname as name from pg_constraint join pg_namespace n on n.oid = connamespace where nspname = 'public' and contype <> 'n'
      union select indexname from pg_indexes where schemaname = 'public'`.execute(db)
    const all = [
      ...names.map(({ name }) => name),
      ...Object.entries(COLUMNS).flatMap(([table, columns]) => [table, ...Object.keys(columns)]),
    ]
    t.strictSame(
      all.filter((name) => name.length > 30),
      [],
    )
    const { rows: finer } = await sql<{ column: string }>`select table_name || '.' || column_name as column from information_schema.columns
      where table_schema = 'public' and data_type like 'timestamp%' and datetime_precision <> 3`.execute(db)
    t.strictSame(finer, [])
  })
}

type Columns = Record<string, Record<string, string>>

function declaredColumns(): Columns {
  const entries = Object.entries(COLUMNS).map(([table, columns]) => {
    const kinds = Object.keys(columns).map((column) => {
      const { kind, nullable } = columnKind(table as TableName, column)
      return [column, `${kind}${nullable ? '?' : ''}`]
    })
    return [table, Object.fromEntries(kinds)]
  })
  return Object.fromEntries(entries)
}

async function migratedColumns(db: Db): Promise<Columns> {
  const { rows } = await sql<{ table: string; column: string; type: string; nullable: string; identity: string }>`
    select table_name as table, column_name as column, data_type as type, is_nullable as nullable, is_identity as identity
    from information_schema.columns where table_schema = 'public'`.execute(db)
  const columns: Columns = {}
  for (const { table, column, type, nullable, identity } of rows) {
    const kind = identity === 'YES' ? 'identity' : (KIND_OF_TYPE[type] ?? type)
    columns[table] = { ...columns[table], [column]: `${kind}${nullable === 'YES' ? '?' : ''}` }
  }
  return columns
}

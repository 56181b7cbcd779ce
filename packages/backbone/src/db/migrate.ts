import { readdir, readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { fragments } from './dialect/fragments.ts'
import { DatabaseUnavailableError, DomainError } from './errors.ts'
import type { Db } from './schema.ts'
import { databaseError } from './transaction.ts'

const FOLDER = new URL('../../../../sql/postgres/', import.meta.url)
const NAME = /^\d{4}-[a-z0-9-]+(\.breaking)?\.sql$/

/**
 * Statements of a migration file: each ends with `;` at the end of a line. Lines that start with `--` are dropped.
 * There are no functions and no blocks in `sql/`, so nothing else can hold such a line end.
 */
export function splitStatements(text: string): string[] {
  const withoutComments = text.replace(/^\s*--.*$/gm, '')
  return withoutComments
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}

async function migrationFiles(): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.sql')).sort()
  const bad = files.find((file) => !NAME.test(file))
  if (bad !== undefined) throw new Error(`${bad} is no migration name; expected 0001-some-words.sql or 0001-some-words.breaking.sql.`)
  return files
}

/** Files that the database has finished: all their steps are recorded. */
async function finishedSteps(db: Db): Promise<Map<string, number>> {
  const tables = await db.introspection.getTables()
  if (!tables.some((table) => table.name === 'migrations')) return new Map()
  const rows = await db
    .selectFrom('migrations')
    .select(['file', (eb) => eb.fn.count<number>('step').as('steps')])
    .groupBy('file')
    .execute()
  return new Map(rows.map((row) => [row.file, row.steps]))
}

/**
 * Applies what is missing of `sql/`, in order, and answers the names of the files it finished. Any number of processes
 * may call it at once. A step and its record are one transaction where the database can do that; where it cannot, a
 * killed migration goes on at the step it had reached.
 */
export async function migrate(db: Db, now = new Date()): Promise<string[]> {
  const done: string[] = []
  await fragments(db).withMigrationLock(db, async () => {
    await sql`create table if not exists migrations (
      file varchar(100) not null, step integer not null, applied_at timestamptz(3) not null,
      constraint migrations_pkey primary key (file, step))`.execute(db)
    const finished = await finishedSteps(db)
    for (const file of await migrationFiles()) {
      const statements = splitStatements(await readFile(new URL(file, FOLDER), 'utf8'))
      const start = finished.get(file) ?? 0
      for (const [step, statement] of [...statements.entries()].slice(start)) {
        await db.transaction().execute(async (trx) => {
          await sql.raw(statement).execute(trx)
          await trx.insertInto('migrations').values({ file, step, applied_at: now }).execute()
        })
      }
      if (start < statements.length) done.push(file)
    }
  })
  return done
}

export type SchemaState = { state: 'ready' } | { state: 'behind'; missing: string[] }

/**
 * Whether this code can run on the database. A database that is ahead of the code is fine, unless one of the files we
 * do not know is named `….breaking.sql`: then it throws `schema_too_new`, naming it.
 */
export async function checkSchema(db: Db): Promise<SchemaState> {
  const [finished, files] = await Promise.all([finishedSteps(db), migrationFiles()])
  const breaking = [...finished.keys()].find((file) => !files.includes(file) && file.includes('.breaking.'))
  if (breaking !== undefined)
    throw new DomainError('schema_too_new', `The database has the migration ${breaking}, which this version does not know.`)
  const missing: string[] = []
  for (const file of files) {
    const steps = splitStatements(await readFile(new URL(file, FOLDER), 'utf8')).length
    if ((finished.get(file) ?? 0) < steps) missing.push(file)
  }
  return missing.length === 0 ? { state: 'ready' } : { state: 'behind', missing }
}

/** A check for `/health/ready` and start-up: answers normally, or throws DatabaseUnavailableError within `timeoutMs`. */
export async function pingDatabase(db: Db, timeoutMs = 2_000): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const late = new Promise<never>((_, reject) => {
    timeout.addEventListener('abort', () => reject(new DatabaseUnavailableError(timeout.reason)))
  })
  await Promise.race([
    sql`select 1`.execute(db).catch((error) => {
      throw databaseError(error)
    }),
    late,
  ])
}

import { readdir, readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { FIRST_STEP, fragments } from './dialect/fragments.ts'
import { DatabaseUnavailableError, DomainError, NotUniqueError } from './errors.ts'
import type { Db } from './schema.ts'
import { databaseError, reading } from './transaction.ts'

const SQL = new URL('../../../../sql/', import.meta.url)
const NAME = /^\d{4}-[a-z0-9-]+(\.breaking)?\.sql$/

interface Migration {
  file: string
  /** Its steps: one statement each. */
  statements: string[]
}

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

/** The migrations for this database, in their order. */
async function readMigrations(db: Db): Promise<Migration[]> {
  const folder = new URL(`${fragments(db).migrations}/`, SQL)
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  const bad = files.find((file) => !NAME.test(file))
  if (bad !== undefined) throw new Error(`${bad} is no migration name; expected 0001-some-words.sql or 0001-some-words.breaking.sql.`)
  return await Promise.all(
    files.map(async (file) => ({ file, statements: splitStatements(await readFile(new URL(file, folder), 'utf8')) })),
  )
}

/** How many steps of each file the database has done. */
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
export function migrate(db: Db, now = new Date()): Promise<string[]> {
  return reading(() => migrateMissing(db, now))
}

async function migrateMissing(db: Db, now: Date): Promise<string[]> {
  const migrations = await readMigrations(db)
  const done: string[] = []
  const apply = async (one: Db, wanted: readonly Migration[]) => {
    const finished = await finishedSteps(one)
    for (const { file, statements } of wanted) {
      const start = finished.get(file) ?? 0
      for (const [step, statement] of [...statements.entries()].slice(start))
        await applyStep(one, { file, step, applied_at: now }, statement)
      if (start < statements.length) done.push(file)
    }
  }
  await fragments(db).withMigrationLock(db, {
    prepare: (one) =>
      apply(
        one,
        migrations.filter(({ file }) => file === FIRST_STEP.file),
      ),
    work: (one) => apply(one, migrations),
  })
  return done
}

async function applyStep(db: Db, record: { file: string; step: number; applied_at: Date }, statement: string) {
  try {
    await db.transaction().execute(async (trx) => {
      await sql.raw(statement).execute(trx)
      await trx.insertInto('migrations').values(record).execute()
    })
  } catch (thrown) {
    const error = databaseError(thrown)
    // Another process records the first step at the same moment: nothing is locked yet.
    if (error instanceof NotUniqueError && error.constraint === 'migrations_pkey') return
    if (!fragments(db).isDoneBefore(thrown, statement)) throw error
    await recordAgain(db, record)
  }
}

/** Records a step that was done before; whoever did it may record it now. */
async function recordAgain(db: Db, record: { file: string; step: number; applied_at: Date }) {
  try {
    await db.insertInto('migrations').values(record).execute()
  } catch (thrown) {
    const error = databaseError(thrown)
    if (!(error instanceof NotUniqueError)) throw error
  }
}

export type SchemaState = { state: 'ready' } | { state: 'behind'; missing: string[] }

/**
 * Whether this code can run on the database. A database that is ahead of the code is fine, unless one of the files we
 * do not know is named `….breaking.sql`: then it throws `schema_too_new`, naming it.
 */
export async function checkSchema(db: Db): Promise<SchemaState> {
  const [finished, migrations] = await Promise.all([reading(() => finishedSteps(db)), readMigrations(db)])
  const known = new Set(migrations.map(({ file }) => file))
  const breaking = [...finished.keys()].find((file) => !known.has(file) && file.includes('.breaking.'))
  if (breaking !== undefined)
    throw new DomainError('schema_too_new', `The database has the migration ${breaking}, which this version does not know.`)
  const missing = migrations.filter(({ file, statements }) => (finished.get(file) ?? 0) < statements.length).map(({ file }) => file)
  return missing.length === 0 ? { state: 'ready' } : { state: 'behind', missing }
}

/** A check for `/health/ready` and start-up: answers normally, or throws DatabaseUnavailableError within `timeoutMs`. */
export async function pingDatabase(db: Db, timeoutMs = 2_000): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const late = new Promise<never>((_, reject) => {
    timeout.addEventListener('abort', () => reject(new DatabaseUnavailableError(timeout.reason)))
  })
  const answer = db.selectNoFrom(sql.lit(1).as('one')).execute()
  await Promise.race([
    answer.catch((error) => {
      throw databaseError(error)
    }),
    late,
  ])
}

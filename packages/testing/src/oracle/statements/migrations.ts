import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { splitStatements } from '@lifeline/backbone/db/migrate'

const FOLDER = fileURLToPath(new URL('../../../../../sql/oracle/', import.meta.url))

/** Every statement of `sql/oracle`, as migrate sends them. */
export function migrationStatements(): { file: string; sql: string }[] {
  const files = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .sort()
  return files.flatMap((file) => splitStatements(readFileSync(join(FOLDER, file), 'utf8')).map((sql) => ({ file, sql })))
}

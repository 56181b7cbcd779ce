import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listCallSites } from './call-sites.ts'
import { migrationStatements } from './migrations.ts'
import { normalise } from './normalise.ts'
import { RECORDS, type RecordedStatement } from './record.ts'
import { entryKey, readSnapshots, writeSnapshots } from './snapshots.ts'

export interface RecordedCheck {
  problems: string[]
  note: string
}

/**
 * After all tests: what was compiled for Oracle must be in the reviewed snapshots. After a whole run also the other way
 * round, and every place in `db/` that sends a statement must have sent one.
 */
export function checkRecorded(runFolder: string, { whole, update }: { whole: boolean; update: boolean }): RecordedCheck {
  const records = readRecords(runFolder)
  const sites = new Set(records.map(({ file, line }) => `${file}:${line}`))
  // Migrations are SQL as it is, and reviewed where they are.
  const migrations = new Set(migrationStatements().map(({ sql }) => normalise(sql)))
  const recorded = records.filter(({ sql }) => !migrations.has(sql))
  const silent = whole || update ? listCallSites().filter(({ file, line }) => !sites.has(`${file}:${line}`)) : []
  const problems = silent.map(
    ({ file, line }) => `Never compiled for Oracle: the statement at db/${file}:${line}. No test sends it on oracle-h2.`,
  )
  if (update) writeSnapshots(recorded)
  const reviewed = new Set(readSnapshots().map(entryKey))
  const now = new Set(recorded.map(entryKey))
  const fresh = [...now].filter((key) => !reviewed.has(key))
  const gone = whole ? [...reviewed].filter((key) => !now.has(key)) : []
  problems.push(
    ...fresh.map((key) => `Not in the Oracle snapshots: ${key}`),
    ...gone.map((key) => `In the Oracle snapshots, but no longer sent: ${key}`),
  )
  if (fresh.length + gone.length > 0) problems.push('Review the statements, then: npm test -- --update-oracle-snapshots')
  return { problems, note: `Oracle: ${reviewed.size} statements in the snapshots, ${now.size} of them sent in this run.` }
}

function readRecords(runFolder: string): RecordedStatement[] {
  const folder = join(runFolder, RECORDS)
  if (!existsSync(folder)) return []
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8').trimEnd())
  return texts.flatMap((text) => text.split('\n')).map((line): RecordedStatement => JSON.parse(line))
}

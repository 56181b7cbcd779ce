import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RecordedStatement } from './record.ts'

export const SNAPSHOTS = fileURLToPath(new URL('../../../../backbone/test/db/oracle/snapshots/', import.meta.url))

/** A statement and the function that sends it: what a reviewer sees. */
export type SnapshotEntry = Pick<RecordedStatement, 'file' | 'in' | 'sql'>

export const entryKey = ({ file, in: name, sql }: SnapshotEntry) => `${file} ${name}: ${sql}`

/** One file a noun, which is a folder of `db/`; what lies beside them goes by the name of its file. */
export function nounOf(file: string): string {
  return dirname(file) === '.' ? file.replace(/\.ts$/, '') : (file.split('/')[0] as string)
}

const HEADER = `-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots
`
const ENTRY = /^-- (?<file>\S+): (?<in>\S+)\n(?<sql>[^\n]+);$/gm

export function readSnapshots(): SnapshotEntry[] {
  if (!existsSync(SNAPSHOTS)) return []
  const texts = readdirSync(SNAPSHOTS)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => readFileSync(join(SNAPSHOTS, name), 'utf8'))
  return texts.flatMap((text) => [...text.matchAll(ENTRY)].map(({ groups }) => groups as unknown as SnapshotEntry))
}

export function writeSnapshots(entries: readonly SnapshotEntry[]): void {
  rmSync(SNAPSHOTS, { recursive: true, force: true })
  mkdirSync(SNAPSHOTS, { recursive: true })
  const unique = new Map(entries.map((entry) => [entryKey(entry), entry]))
  const sorted = [...unique.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
  for (const [noun, own] of Map.groupBy(sorted, (entry) => nounOf(entry.file))) {
    const text = own.map((entry) => `\n-- ${entry.file}: ${entry.in}\n${entry.sql};\n`).join('')
    writeFileSync(join(SNAPSHOTS, `${noun}.sql`), HEADER + text)
  }
}

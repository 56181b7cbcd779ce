// Holds sql/README.md to the code: every table is explained, and the state diagrams are those of the moves tables.
// Ends with exit code 1 and a line a problem. With --write it draws the diagrams again.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const README = new URL('../sql/README.md', import.meta.url)
const DRAWN = /(?<=<!-- moves -->\n).*?(?=<!-- \/moves -->)/s

type Moves = Readonly<Record<string, readonly string[]>>

/** Every kind says its moves in a `status.ts` of its folder, as `<KIND>_MOVES`. */
async function movesOfKinds(): Promise<[kind: string, moves: Moves][]> {
  const files = globSync('packages/backbone/src/db/*/status.ts', { cwd: ROOT }).sort()
  const modules: Record<string, Moves>[] = await Promise.all(files.map((file) => import(new URL(`../${file}`, import.meta.url).href)))
  const exports = modules.flatMap((module) => Object.entries(module)).filter(([name]) => name.endsWith('_MOVES'))
  return exports.map(([name, moves]) => [name.slice(0, -'_MOVES'.length).toLowerCase(), moves])
}

/** The first status is the one in which a thing is made; one without moves is the end. */
function draw([kind, moves]: [string, Moves]): string {
  const arrows = Object.entries(moves).flatMap(([from, to]) => (to.length === 0 ? ['[*]'] : to).map((status) => `  ${from} --> ${status}`))
  return [`### ${kind}`, '', '```mermaid', 'stateDiagram-v2', `  [*] --> ${Object.keys(moves)[0]}`, ...arrows, '```', ''].join('\n')
}

function tablesIn(folder: string): Set<string> {
  const text = globSync(`sql/${folder}/*.sql`, { cwd: ROOT }).map((file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'))
  const created = text.flatMap((sql) => [...sql.matchAll(/^create table (?:if not exists )?"?(\w+)/gm)])
  return new Set(created.map(([, table]) => table ?? ''))
}

const readme = readFileSync(README, 'utf8')
const drawn = `\n${(await movesOfKinds()).map(draw).join('\n')}\n`
const problems: string[] = []
if (process.argv.includes('--write'))
  writeFileSync(
    README,
    readme.replace(DRAWN, () => drawn),
  )
else if (DRAWN.exec(readme)?.[0] !== drawn) problems.push('sql/README.md has stale diagrams: node scripts/check-sql-readme.ts --write')

const explained = new Set([...readme.matchAll(/^\| `(\w+)` \|/gm)].map(([, table]) => table ?? ''))
const there = tablesIn('postgres').union(tablesIn('oracle'))
for (const table of there.difference(explained)) problems.push(`sql/README.md does not explain the table ${table}.`)
for (const table of explained.difference(there)) problems.push(`sql/README.md explains ${table}, which is no table.`)

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log('sql/README.md agrees with the code.')

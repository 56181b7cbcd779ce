// Holds what is said about variables to the config schemas of all programs: README's table, .env.example, and the list that
// every process carries. Ends with exit code 1 and a line a problem. With --write (npm run docs:config) it writes them anew.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PROGRAMS } from './config/programs.ts'
import { type DocumentedVariable, documentVariables } from './config/variables.ts'
import { variablesIn } from './deployment/interpolate.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const problems = strangers()
const wanted = written()
for (const [path, text] of Object.entries(wanted)) {
  if (process.argv.includes('--write')) writeFileSync(new URL(`../${path}`, import.meta.url), text)
  else if (read(path) !== text) problems.push(`${path} does not say what the config schemas say: npm run docs:config`)
}
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log('README.md, .env.example and known-variables.ts agree with the config schemas.')

/** What each file should hold; nothing when the schemas themselves cannot be written down. */
function written(): Record<string, string> {
  const variables = describe()
  if (variables === undefined) return {}
  return {
    'README.md': between(read('README.md'), '<!-- variables -->\n', '<!-- /variables -->', table(variables)),
    '.env.example': example(variables),
    'packages/backbone/src/process/known-variables.ts': between(
      read('packages/backbone/src/process/known-variables.ts'),
      'Record<string, string>> = {',
      '}\n',
      `\n${known(variables)}`,
    ),
  }
}

function describe(): DocumentedVariable[] | undefined {
  try {
    return documentVariables()
  } catch (error) {
    problems.push((error as Error).message)
    return undefined
  }
}

function between(text: string, start: string, end: string, content: string): string {
  const from = text.indexOf(start) + start.length
  const to = text.indexOf(end, from)
  if (from < start.length || to < 0) throw new Error(`There is no ${start.trim()} … ${end.trim()} to write between.`)
  return text.slice(0, from) + content + text.slice(to)
}

function table(all: DocumentedVariable[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|')
  const rows = all.map(({ name, readers, default: byDefault, meaning }) =>
    [`\`${name}\``, readers, byDefault, meaning].map(cell).join(' | '),
  )
  return ['| variable | read by | default | meaning |', '| --- | --- | --- | --- |', ...rows.map((row) => `| ${row} |`), ''].join('\n')
}

function example(all: DocumentedVariable[]): string {
  const head = [
    '# Copy this file to .env and take the # away from what you set; every process reads .env in the folder it is started in.',
    '# NAME_FILE=path takes the value from a file. Written by `npm run docs:config`.',
  ]
  const plain = (text: string) => text.replaceAll('`', '')
  const entries = all.flatMap(({ name, readers, value, default: byDefault, meaning }) => [
    '',
    `# ${plain(meaning)}`,
    `# Read by: ${readers}. ${value === undefined ? `Default: ${plain(byDefault)}.` : ''}`.trimEnd(),
    `#${name}=${value === undefined || /^[\w.:-]*$/.test(value) ? (value ?? '') : `"${value}"`}`,
  ])
  return [...head, ...entries, ''].join('\n')
}

/** compose.yaml has one of its own, which may stand in the same file. */
function known(all: DocumentedVariable[]): string {
  const ofCompose = new Set(variablesIn(read('compose/compose.yaml')).filter((name) => name.startsWith('LIFELINE_')))
  const readers = new Map([
    ...[...ofCompose].map((name) => [name, 'compose'] as const),
    ...all.map(({ name, readers }) => [name, readers] as const),
  ])
  return [...readers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, by]) => `  ${name}: '${by}',\n`)
    .join('')
}

/** Programs that nobody has told this script of. */
function strangers(): string[] {
  const files = globSync(['services/*/src/**/*.ts', 'packages/backbone/src/**/*.ts'], { cwd: ROOT }).map((path) =>
    path.replaceAll('\\', '/'),
  )
  const starts = files.filter((path) => /^await run(Process|Worker)\(/m.test(read(path)))
  return starts
    .filter((path) => !PROGRAMS.some(({ file }) => file === path))
    .map((path) => `${path} is a program whose variables nobody can look up: scripts/config/programs.ts`)
}

// Holds README.md to the code: commands, paths, moves and queues that it names must exist, and none may be missing.
// Ends with exit code 1 and a line a problem.
import { existsSync, readFileSync } from 'node:fs'
import { QUEUES } from '../packages/backbone/src/broker/topology.ts'
import { INCIDENT_MOVES } from '../packages/backbone/src/db/incidents/status.ts'
import { REPORT_MOVES } from '../packages/backbone/src/db/reports/status.ts'
import { SCHEDULER_MOVES } from '../packages/backbone/src/db/schedulers/status.ts'
import { TASK_MOVES } from '../packages/backbone/src/db/tasks/status.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { scripts: Record<string, string> }
const matches = (pattern: RegExp) => new Set([...readme.matchAll(pattern)].map((match) => match[1] ?? ''))
const problems: string[] = []
const expectSame = (what: string, inReadme: Iterable<string>, inCode: Iterable<string>) => {
  const [said, there] = [new Set(inReadme), new Set(inCode)]
  for (const name of said.difference(there)) problems.push(`README names the ${what} ${name}, which does not exist.`)
  for (const name of there.difference(said)) problems.push(`README does not name the ${what} ${name}.`)
}

for (const name of matches(/(?:^|`)npm (?:run )?([a-z0-9:]+)/gm)) {
  if (!(name in scripts)) problems.push(`README uses npm ${name}, which is no script.`)
}
for (const path of matches(/`((?:packages|services|sql|scripts|compose|k8s)\/[^`*…N]*)`/g)) {
  if (!existsSync(new URL(`../${path}`, import.meta.url))) problems.push(`README names ${path}, which does not exist.`)
}
expectSame(
  'move',
  matches(/^\| ([A-Z]\w+ \| [A-Z]\w+(?:, \w+)*) \|$/gm),
  [
    ...Object.entries(TASK_MOVES),
    ...Object.entries(SCHEDULER_MOVES),
    ...Object.entries(REPORT_MOVES),
    ...Object.entries(INCIDENT_MOVES).filter(([, to]) => to.length > 0),
  ].map(([from, to]) => `${from} | ${to.join(', ')}`),
)
expectSame('queue', matches(/\[\[((?!dead)[^\]]+)\]\]/g), Object.keys(QUEUES))

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log('README.md agrees with the code.')

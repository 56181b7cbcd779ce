import { writeFile } from 'node:fs/promises'
import t from 'tap'
import { readTrace } from '../src/replay/read-trace.ts'

const CREATED = { at: '2026-03-02T09:00:00Z', task: 'a', type: 'created', title: 'A', assignee: 'ann@example.org', dueAt: null }
const MOVED = { at: '2026-03-02T10:00:00Z', task: 'a', type: 'status', to: 'InProgress', actor: 'ann@example.org' }

t.test('lines are read in order, empty ones left out', async (t) => {
  const file = `${t.testdir()}/trace.jsonl`
  await writeFile(file, `${JSON.stringify(CREATED)}\n\n${JSON.stringify(MOVED)}\n`)
  t.match(await readTrace(file), [CREATED, MOVED])
})

const WRONG: [string, unknown[], RegExp][] = [
  ['no JSON', ['{'], /trace\.jsonl:1 is no line of a trace; expected /],
  ['an unknown type', [CREATED, { ...MOVED, type: 'exploded' }], /:2 is no line/],
  ['a line without its fields', [{ ...CREATED, assignee: undefined }], /:1 is no line/],
  ['time that runs backwards', [MOVED, CREATED], /:2 is earlier/],
]

for (const [what, lines, message] of WRONG) {
  t.test(`${what} is refused, with the number of the line`, async (t) => {
    const file = `${t.testdir()}/trace.jsonl`
    await writeFile(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
    await t.rejects(readTrace(file), message)
  })
}

t.test('a file that is not there is an error', async (t) => {
  await t.rejects(readTrace('no/such/trace.jsonl'), { code: 'ENOENT' })
})

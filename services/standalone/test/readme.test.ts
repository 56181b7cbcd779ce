import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProcess } from '@lifeline/testing/processes'
import { fencedBlocks, missingPrograms, runSnippet } from '@lifeline/testing/run-snippet'
import t from 'tap'

t.test("README's lines to try work when pasted", { skip: missingPrograms("README's lines to try", ['sh', 'curl']) }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-readme-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const standalone = startProcess(t, 'services/standalone/src/main.ts', { PORT: '0', LIFELINE_DATA: join(folder, '.lifeline') })
  const { url } = await standalone.ready()
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
  const [script = ''] = fencedBlocks(readme.split('## Try it')[1] ?? '', 'sh')
  t.match(script, 'curl -s -X POST')
  // Only the port differs: 3000 may be taken where the tests run.
  const pasted = script.replaceAll('http://127.0.0.1:3000', String(url)).replaceAll('curl -s ', 'curl -sS --fail-with-body ')
  const { exitCode, stdout, stderr } = await runSnippet('sh', `set -e\n${pasted}`, { cwd: folder })
  t.equal(exitCode, 0, stderr)
  for (const said of ['"title":"Write the report"', '"createdBy":"mailto:boss@example.org"', '{"items":[{"id"', 'tasks_created_total 1']) {
    t.match(stdout, said)
  }
})
